package maptrace

import (
	"bytes"
	"context"
	"runtime/pprof"
	"runtime/trace"
	"testing"
)

func TestAllYieldsTheMapAndStops(t *testing.T) {
	m := map[int]int{1: 10, 2: 20, 3: 30}
	sum := 0
	for k, v := range All(context.Background(), m) {
		sum += k*100 + v
	}
	if sum != 660 {
		t.Errorf("sum = %d, want 660", sum)
	}
	seen := 0
	for range All(context.Background(), m) {
		seen++
		break
	}
	if seen != 1 {
		t.Errorf("seen = %d after break, want 1", seen)
	}
}

func TestDoSetsTheLabel(t *testing.T) {
	Do(context.Background(), Keys, func(ctx context.Context) {
		if op, _ := pprof.Label(ctx, "map_op"); op != "keys" {
			t.Errorf("map_op = %q, want keys", op)
		}
	})
}

func TestTraceHoldsRegionAndRequestID(t *testing.T) {
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err)
	}
	ctx, task := trace.NewTask(context.Background(), "GET /range")
	LogRequestID(ctx, "r-42")
	for range All(ctx, map[int]int{1: 1}) {
	}
	task.End()
	trace.Stop()
	for _, text := range []string{"map.iterate", "http.request_id", "r-42", "GET /range"} {
		if !bytes.Contains(out.Bytes(), []byte(text)) {
			t.Errorf("the trace does not hold %q", text)
		}
	}
}
