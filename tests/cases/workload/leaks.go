package main

import (
	"context"
	"runtime"
	"runtime/trace"
	"strconv"
	"time"
)

type session struct {
	user  string
	seen  time.Time
	notes []string
}

var (
	registry  = map[int]*session{} // grows for ever, values are pointers
	queue     = map[int][4]int{}   // filled once, then emptied, keeps its room
	histogram = map[string]int{}   // small and steady
)

// leaks shows four ways in which maps hold or waste memory; heap profiles before and after.
func leaks(r *recorder) {
	runtime.MemProfileRate = 32 << 10
	for i := 0; i < 60000; i++ {
		enqueue(i)
	}
	for i := 0; i < 2000; i++ {
		remember(i)
	}
	runtime.GC()
	r.profile("heap", "heap-before.pprof")
	r.record(250, func(ctx context.Context) {
		next := 2000
		for round := 0; round < 24; round++ {
			task(ctx, "POST /session", func(ctx context.Context) {
				for end := next + 2500; next < end; next++ {
					remember(next)
				}
				trace.Log(ctx, "map.stats", mapStats("registry", registry))
			})
			task(ctx, "POST /dequeue", func(ctx context.Context) {
				for i := round * 2400; i < (round+1)*2400; i++ {
					dequeue(i)
				}
				trace.Log(ctx, "map.stats", mapStats("queue", queue))
			})
			task(ctx, "GET /count", func(ctx context.Context) {
				for n := 0; n < 8; n++ {
					count(3000)
				}
				trace.Log(ctx, "map.stats", mapStats("histogram", histogram))
			})
		}
	})
	runtime.GC()
	r.profile("heap", "heap-after.pprof")
	runtime.KeepAlive(registry)
	runtime.KeepAlive(queue)
}

//go:noinline
func remember(id int) {
	registry[id] = &session{user: "user-" + strconv.Itoa(id)}
}

//go:noinline
func enqueue(id int) {
	queue[id] = [4]int{id}
}

//go:noinline
func dequeue(id int) {
	delete(queue, id)
}

// count makes a map of its own each time.
//
//go:noinline
func count(values int) {
	seen := make(map[int]bool)
	for i := 0; i < values; i++ {
		seen[i*31%4099] = true
	}
	histogram[strconv.Itoa(len(seen)%16)]++
}
