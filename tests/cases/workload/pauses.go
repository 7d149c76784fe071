package main

import (
	"context"
	"runtime"
	"runtime/trace"
	"time"
)

// pauses iterates a map right after each stop-the-world, and does other work until the next.
func pauses(r *recorder) {
	m := make(map[int]int)
	for i := 0; i < 40000; i++ {
		m[i] = i
	}
	r.record(500, func(ctx context.Context) {
		for n := 0; n < 60; n++ {
			if n%10 == 0 {
				runtime.GC()
			} else {
				var stats runtime.MemStats
				runtime.ReadMemStats(&stats)
			}
			trace.WithRegion(ctx, "map.iterate", func() {
				for end := time.Now().Add(4 * time.Millisecond); time.Now().Before(end); {
					walkRange(m)
				}
			})
			spin(24 * time.Millisecond)
		}
	})
}

//go:noinline
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		for i := 0; i < 1000; i++ {
			sink ^= i
		}
	}
}
