package maptrace

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"testing"

	oteltrace "go.opentelemetry.io/otel/trace"
)

func TestRangeYieldsEveryEntry(t *testing.T) {
	sum := 0
	Range(context.Background(), "numbers", map[int]int{1: 10, 2: 20, 3: 30})(func(k, v int) bool {
		sum += k*100 + v
		return true
	})
	if sum != 660 {
		t.Errorf("sum = %d, want 660", sum)
	}
}

func TestKeysAndValuesYieldTheirHalf(t *testing.T) {
	m := map[int]int{1: 10, 2: 20, 3: 30}
	keys, values := 0, 0
	Keys(context.Background(), "numbers", m)(func(k int) bool { keys += k; return true })
	Values(context.Background(), "numbers", m)(func(v int) bool { values += v; return true })
	if keys != 6 || values != 60 {
		t.Errorf("keys add up to %d, values to %d, want 6 and 60", keys, values)
	}
}

func TestAWalkEndsWhenTheLoopBreaks(t *testing.T) {
	for _, tracing := range []bool{false, true} {
		seen := 0
		walk := func() {
			Range(context.Background(), "numbers", map[int]int{1: 1, 2: 2, 3: 3})(func(int, int) bool { seen++; return false })
		}
		if tracing {
			requireTexts(t, record(t, walk), "map.iterate", `{"name":"numbers","op":"iterate","entries":3}`, `{"name":"numbers","op":"iterate","entries":1}`)
		} else {
			walk()
		}
		if seen != 1 {
			t.Errorf("tracing %v: the loop saw %d entries after its break, want 1", tracing, seen)
		}
	}
}

func TestAWalkLeavesRegionLabelsAndLogs(t *testing.T) {
	ctx := oteltrace.ContextWithSpanContext(context.Background(), oteltrace.NewSpanContext(oteltrace.SpanContextConfig{
		TraceID: oteltrace.TraceID{0xab, 15: 1},
		SpanID:  oteltrace.SpanID{0xcd, 7: 2},
	}))
	labels := map[string]string{}
	recorded := record(t, func() {
		ctx, task := trace.NewTask(ctx, "GET /range")
		defer task.End()
		Do(ctx, Copy, "sessions", 5, func(ctx context.Context) {
			pprof.ForLabels(ctx, func(key, value string) bool { labels[key] = value; return true })
		})
		for _, walk := range []func(){
			func() { Range(ctx, "byName", map[int]int{1: 1})(func(int, int) bool { return true }) },
			func() { Keys(ctx, "byKey", map[int]int{1: 1})(func(int) bool { return true }) },
			func() { Values(ctx, "byValue", map[int]int{1: 1})(func(int) bool { return true }) },
		} {
			walk()
		}
	})
	requireTexts(t, recorded, "map.copy", "map.iterate", "map_range_start", "map_range_end", "sessions", "byName", "byKey", "byValue")
	want := map[string]string{
		"map_op": "copy", "map_name": "sessions",
		"trace_id": "ab000000000000000000000000000001", "span_id": "cd00000000000002",
	}
	for key, value := range want {
		if labels[key] != value {
			t.Errorf("label %s = %q, want %q", key, labels[key], value)
		}
	}
}

func TestLabelsWithoutATraceOnlyWhileProfiling(t *testing.T) {
	op := func() (value string) {
		Do(context.Background(), Delete, "", 0, func(ctx context.Context) { value, _ = pprof.Label(ctx, "map_op") })
		return value
	}
	if got := op(); got != "" {
		t.Errorf("label %q without a trace and a profile", got)
	}
	SetProfiling(true)
	if got := op(); got != "delete" {
		t.Errorf("label %q while profiling, want delete", got)
	}
	SetProfiling(false)
	if got := op(); got != "" {
		t.Errorf("label %q after the profile", got)
	}
}

func TestAPanicInTheLoopClosesTheRegion(t *testing.T) {
	recorded := record(t, func() {
		defer func() { _ = recover() }()
		Range(context.Background(), "numbers", map[int]int{1: 1})(func(int, int) bool { panic("broken loop") })
	})
	requireTexts(t, recorded, "map_range_end")
}

func TestNothingIsAllocatedWhileNothingIsRecorded(t *testing.T) {
	ctx, m := context.Background(), map[int]int{1: 1, 2: 2}
	sum := 0
	for name, walk := range map[string]func(){
		"Range":  func() { Range(ctx, "numbers", m)(func(k, v int) bool { sum += v; return true }) },
		"Keys":   func() { Keys(ctx, "numbers", m)(func(k int) bool { sum += k; return true }) },
		"Values": func() { Values(ctx, "numbers", m)(func(v int) bool { sum += v; return true }) },
		"Do":     func() { Do(ctx, Access, "numbers", 1, func(context.Context) { sum += m[1] }) },
	} {
		if allocations := testing.AllocsPerRun(100, walk); allocations != 0 {
			t.Errorf("%s: %v allocations a walk, want 0", name, allocations)
		}
	}
}
