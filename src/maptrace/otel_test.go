package maptrace

import (
	"bytes"
	"context"
	"testing"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// recordingProvider starts spans of one known identity.
type recordingProvider struct{ noop.TracerProvider }
type recordingTracer struct{ noop.Tracer }
type recordingSpan struct{ trace.Span }

func (recordingProvider) Tracer(string, ...trace.TracerOption) trace.Tracer { return recordingTracer{} }

func (recordingTracer) Start(ctx context.Context, _ string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	identity := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 15: 2}, SpanID: trace.SpanID{3, 7: 4}, TraceFlags: trace.FlagsSampled})
	span := recordingSpan{trace.SpanFromContext(trace.ContextWithSpanContext(ctx, identity))}
	return trace.ContextWithSpan(ctx, span), span
}

func (recordingSpan) IsRecording() bool { return true }

func TestTracerProviderLeavesTheSpansID(t *testing.T) {
	tracer := TracerProvider(recordingProvider{}).Tracer("test")
	recorded := record(t, func() { tracer.Start(context.Background(), "GET /range") })
	requireTexts(t, recorded, "otel.traceparent", "00-01000000000000000000000000000002-0300000000000004-01")
}

func TestTracerProviderLeavesNothingForSpansThatAreNotRecorded(t *testing.T) {
	tracer := TracerProvider(noop.NewTracerProvider()).Tracer("test")
	recorded := record(t, func() { tracer.Start(context.Background(), "GET /light") })
	if bytes.Contains(recorded, []byte(TraceparentCategory)) {
		t.Error("a span that is not recorded left an id")
	}
}
