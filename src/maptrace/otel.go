package maptrace

import (
	"context"
	"encoding/hex"
	runtimetrace "runtime/trace"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
)

// TraceparentCategory is the category of the log that carries a span's identity, its message a W3C traceparent.
const TraceparentCategory = "otel.traceparent"

// TracerProvider wraps an OpenTelemetry TracerProvider: every span that starts while an execution trace runs leaves its id on its own task.
//
// The SDK makes a runtime/trace task for every recording span but writes no id. A SpanProcessor cannot help: it runs before the task exists.
func TracerProvider(provider trace.TracerProvider) trace.TracerProvider {
	return tracerProvider{provider: provider}
}

type tracerProvider struct {
	embedded.TracerProvider
	provider trace.TracerProvider
}

func (p tracerProvider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return tracer{tracer: p.provider.Tracer(name, options...)}
}

type tracer struct {
	embedded.Tracer
	tracer trace.Tracer
}

func (t tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, span := t.tracer.Start(ctx, name, options...)
	if runtimetrace.IsEnabled() && span.IsRecording() {
		runtimetrace.Log(ctx, TraceparentCategory, traceparent(span.SpanContext()))
	}
	return ctx, span
}

func traceparent(span trace.SpanContext) string {
	traceID, spanID := span.TraceID(), span.SpanID()
	text := make([]byte, 0, 55)
	text = append(text, "00-"...)
	text = append(text, hex.EncodeToString(traceID[:])...)
	text = append(text, '-')
	text = append(text, hex.EncodeToString(spanID[:])...)
	text = append(text, '-')
	text = append(text, hex.EncodeToString([]byte{byte(span.TraceFlags())})...)
	return string(text)
}
