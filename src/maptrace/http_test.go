package maptrace

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func serve(handler http.Handler, requestID string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, "/range?limit=3", nil)
	if requestID != "" {
		request.Header.Set(RequestIDHeader, requestID)
	}
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, request)
	return response
}

func TestRequestIDIsCarried(t *testing.T) {
	var seen string
	handler := RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = RequestIDFrom(r.Context()) }))
	if got := serve(handler, "r-42").Header().Get(RequestIDHeader); got != "r-42" || seen != "r-42" {
		t.Errorf("response has %q, context has %q, want r-42", got, seen)
	}
}

func TestRequestIDIsMadeWhereThereIsNoUsableOne(t *testing.T) {
	handler := RequestID(http.NotFoundHandler())
	for _, id := range []string{"", "two words", "line\nbreak", strings.Repeat("x", 129), "\u00e4"} {
		if got := serve(handler, id).Header().Get(RequestIDHeader); len(got) != 32 {
			t.Errorf("id %q became %q, want 32 hexadecimal digits", id, got)
		}
	}
}

func TestRequestIDIsInTheTraceOnATaskOfItsOwn(t *testing.T) {
	handler := RequestID(http.NotFoundHandler())
	requireTexts(t, record(t, func() { serve(handler, "r-43") }), "http.request_id", "r-43", "GET /range")
}

func TestWhileProfilingLabelsOnlyWhileTheHandlerRuns(t *testing.T) {
	var inside bool
	serve(WhileProfiling(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside = active() })), "")
	if !inside || active() {
		t.Errorf("active is %v inside and %v afterwards, want true and false", inside, active())
	}
}

func TestRequestIDFromWithoutOne(t *testing.T) {
	if got := RequestIDFrom(context.Background()); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
