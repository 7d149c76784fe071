package maptrace

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"runtime/trace"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// RequestIDHeader is the header that RequestID reads and answers with.
const RequestIDHeader = "X-Request-ID"

const (
	requestIDCategory = "http.request_id"
	maxRequestIDBytes = 128
)

type requestIDKey struct{}

// RequestID carries each request's id: from the header X-Request-ID, or a new random one where there is none or it is not printable ASCII of at most
// 128 bytes. The id is on the response, in the context (RequestIDFrom) and, while a trace is recorded, on the request's task, so that gclens finds
// the request by it. Put it inside of the OpenTelemetry handler; a request without a recording span gets a task of its own, "METHOD /path".
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(RequestIDHeader)
		if !isUsable(id) {
			id = newRequestID()
		}
		w.Header().Set(RequestIDHeader, id)
		ctx := context.WithValue(r.Context(), requestIDKey{}, id)
		if trace.IsEnabled() {
			if !oteltrace.SpanFromContext(ctx).IsRecording() {
				var task *trace.Task
				ctx, task = trace.NewTask(ctx, r.Method+" "+r.URL.Path)
				defer task.End()
			}
			LogRequestID(ctx, id)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// RequestIDFrom returns the id that RequestID put into ctx, or "".
func RequestIDFrom(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// LogRequestID puts a request id on the task of ctx, for services that have their own ids.
func LogRequestID(ctx context.Context, id string) {
	if trace.IsEnabled() {
		trace.Log(ctx, requestIDCategory, id)
	}
}

// WhileProfiling sets the labels of map work while next, a handler such as net/http/pprof's Profile, answers:
//
//	mux.Handle("/debug/pprof/profile", maptrace.WhileProfiling(http.HandlerFunc(pprof.Profile)))
func WhileProfiling(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SetProfiling(true)
		defer SetProfiling(false)
		next.ServeHTTP(w, r)
	})
}

func isUsable(id string) bool {
	if id == "" || len(id) > maxRequestIDBytes {
		return false
	}
	for i := 0; i < len(id); i++ {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}

func newRequestID() string {
	var bytes [16]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		return ""
	}
	return hex.EncodeToString(bytes[:])
}
