// Package maptrace makes a service's map activity visible in its own execution traces and CPU profiles, in the words that gclens reads.
//
// Go traces have no map events. Do opens a region named map.<operation> (runtime/trace) and sets the pprof label map_op, so that both files say
// which map work a goroutine was doing. TracerProvider adds what the OpenTelemetry SDK leaves out: the span's id on its runtime/trace task.
// All of it costs nothing worth naming while neither a trace nor a profile runs.
package maptrace

import (
	"context"
	"iter"
	"runtime/pprof"
	"runtime/trace"
)

// Operations as gclens names them.
const (
	Iterate = "iterate"
	Keys    = "keys"
	Copy    = "copy"
	Grow    = "grow"
	Delete  = "delete"
)

// Do runs work as one map operation: region map.<operation> on the task of ctx, pprof label map_op=<operation> on the goroutine.
func Do(ctx context.Context, operation string, work func(context.Context)) {
	pprof.Do(ctx, pprof.Labels("map_op", operation), func(ctx context.Context) {
		defer trace.StartRegion(ctx, "map."+operation).End()
		work(ctx)
	})
}

// All ranges over m like the range statement does, as one map operation "iterate". The region ends when the loop ends, also by break or panic.
//
// It is not inlined, so that profiles keep its frames apart from the caller's line, which gclens then names.
//
//go:noinline
func All[M ~map[K]V, K comparable, V any](ctx context.Context, m M) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		defer begin(ctx, Iterate)()
		for k, v := range m {
			if !yield(k, v) {
				return
			}
		}
	}
}

// begin is Do without a frame of its own around the work.
func begin(ctx context.Context, operation string) (end func()) {
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("map_op", operation)))
	region := trace.StartRegion(ctx, "map."+operation)
	return func() {
		region.End()
		pprof.SetGoroutineLabels(ctx)
	}
}

// LogRequestID puts a request id on the task of ctx; gclens finds the request by it.
func LogRequestID(ctx context.Context, id string) {
	if trace.IsEnabled() {
		trace.Log(ctx, "http.request_id", id)
	}
}
