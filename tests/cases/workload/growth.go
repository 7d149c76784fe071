package main

import (
	"context"
	"runtime/trace"
	"time"
)

// growth fills a map from empty again and again, and says its shape in map.stats logs; then one with room for all from the start.
func growth(r *recorder) {
	r.record(250, func(ctx context.Context) {
		for n := 0; n < 6; n++ {
			task(ctx, "POST /fill", func(ctx context.Context) { sink += len(fill(ctx, make(map[int]int), 200000, "filled")) })
		}
		for n := 0; n < 6; n++ {
			task(ctx, "POST /presized", func(ctx context.Context) { sink += len(fillPresized(make(map[int]int, 200000), 200000)) })
		}
		time.Sleep(10 * time.Millisecond)
	})
}

//go:noinline
func fill(ctx context.Context, m map[int]int, entries int, name string) map[int]int {
	for i := 0; i < entries; i++ {
		m[i*7919] = i
		if i%10000 == 0 {
			trace.Log(ctx, "map.stats", mapStats(name, m))
		}
	}
	trace.Log(ctx, "map.stats", mapStats(name, m))
	return m
}

//go:noinline
func fillPresized(m map[int]int, entries int) map[int]int {
	for i := 0; i < entries; i++ {
		m[i*7919] = i
	}
	return m
}
