// Package maptrace makes a service's map activity visible in its own execution traces and CPU profiles, in the words that gclens reads.
//
// Go traces have no map events. Range, Keys, Values and Do leave three things while a trace is recorded: a region map.<operation> on the task of the
// context, the pprof labels map_op, map_name, trace_id and span_id on the goroutine, and a pair of log events with the number of entries.
// TracerProvider leaves the id of each OpenTelemetry span on its task, RequestID the id of each request.
//
// While no trace is recorded a walk costs one or two atomic loads and allocates nothing (RESULTS.md).
package maptrace

import (
	"context"
	"encoding/json"
	"runtime/pprof"
	"runtime/trace"
	"sync/atomic"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// Operations as gclens names them.
const (
	Iterate = "iterate"
	Access  = "access"
	Assign  = "assign"
	Delete  = "delete"
	Clear   = "clear"
	Clone   = "clone"
	Copy    = "copy"
	Grow    = "grow"
)

// Categories of the log events around a piece of map work.
const (
	startCategory = "map_range_start"
	endCategory   = "map_range_end"
)

// profiles counts the CPU profiles that are known to be running: the runtime does not tell.
var profiles atomic.Int32

// active tells whether anybody would see what is left behind.
func active() bool { return trace.IsEnabled() || profiles.Load() > 0 }

// Do runs work as one map operation on the map called name. entries is the number of entries the work touches, 0 if it is not known before.
//
// The labels are those of ctx afterwards, as with pprof.Do.
func Do(ctx context.Context, operation, name string, entries int, work func(context.Context)) {
	if !active() {
		work(ctx)
		return
	}
	w := begin(ctx, operation, name, entries)
	defer w.end(entries)
	work(w.labelled)
}

// SetProfiling says that a CPU profile is running (true) or has ended (false), for profiles that are recorded without a trace. Calls may nest.
//
// Labels cost some hundred nanoseconds a walk, and a program cannot ask the runtime whether a profile runs; therefore Range, Keys, Values and Do
// set them while a trace runs, and otherwise only between these calls. WhileProfiling makes them around a handler.
func SetProfiling(running bool) {
	if running {
		profiles.Add(1)
		return
	}
	profiles.Add(-1)
}

// work is a piece of map work that is going on.
type work struct {
	ctx      context.Context
	labelled context.Context
	region   *trace.Region
	about    detail
}

// detail is the message of the log events around map work.
type detail struct {
	Name      string `json:"name,omitempty"`
	Operation string `json:"op"`
	Entries   int    `json:"entries,omitempty"`
}

func begin(ctx context.Context, operation, name string, entries int) work {
	w := work{ctx: ctx, labelled: withLabels(ctx, operation, name), about: detail{name, operation, entries}}
	pprof.SetGoroutineLabels(w.labelled)
	if trace.IsEnabled() {
		w.region = trace.StartRegion(ctx, "map."+operation)
		trace.Log(ctx, startCategory, w.about.text())
	}
	return w
}

// end closes what begin opened, also after a panic in the loop.
func (w work) end(entries int) {
	if w.region != nil {
		w.about.Entries = entries
		trace.Log(w.ctx, endCategory, w.about.text())
		w.region.End()
	}
	pprof.SetGoroutineLabels(w.ctx)
}

func withLabels(ctx context.Context, operation, name string) context.Context {
	labels := make([]string, 0, 8)
	labels = append(labels, "map_op", operation)
	if name != "" {
		labels = append(labels, "map_name", name)
	}
	if span := oteltrace.SpanContextFromContext(ctx); span.IsValid() {
		labels = append(labels, "trace_id", span.TraceID().String(), "span_id", span.SpanID().String())
	}
	return pprof.WithLabels(ctx, pprof.Labels(labels...))
}

func (d detail) text() string {
	text, err := json.Marshal(d)
	if err != nil {
		return ""
	}
	return string(text)
}
