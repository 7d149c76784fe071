package main

import (
	"context"
	"sync"
	"time"
)

// notGC has requests that are slow for a lock, for a channel and for the CPU, while GC runs now and then beside them.
func notGC(r *recorder) {
	var mu sync.Mutex
	m := make(map[int]int)
	for i := 0; i < 50000; i++ {
		m[i] = i
	}
	r.record(250, func(ctx context.Context) {
		var wait sync.WaitGroup
		answers := make(chan int)
		for worker := 0; worker < 3; worker++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for n := 0; n < 12; n++ {
					task(ctx, "POST /locked", func(context.Context) {
						mu.Lock()
						time.Sleep(5 * time.Millisecond)
						mu.Unlock()
					})
				}
			}()
		}
		wait.Add(2)
		go func() {
			defer wait.Done()
			for n := 0; n < 20; n++ {
				task(ctx, "GET /answer", func(context.Context) { sink += <-answers })
			}
		}()
		go func() {
			defer wait.Done()
			for n := 0; n < 20; n++ {
				time.Sleep(10 * time.Millisecond)
				answers <- n
			}
		}()
		for n := 0; n < 10; n++ {
			task(ctx, "GET /sum", func(context.Context) { walkRange(m); spin(10 * time.Millisecond) })
			keep(n)
		}
		wait.Wait()
	})
}

var kept [][]byte

// keep allocates enough for a GC cycle every now and then.
//
//go:noinline
func keep(n int) {
	for i := 0; i < 40; i++ {
		kept = append(kept[:n], make([]byte, 32<<10))
	}
}
