package main

import (
	"context"
	"runtime/debug"
	"strconv"
	"sync"
	"time"
)

const comparedEntries = 8000

// lockedMap serves requests that copy a map under a read lock; syncMap serves the same from a sync.Map. The one difference is the map.
func lockedMap(r *recorder) {
	var mu sync.RWMutex
	m := make(map[string]*session)
	for i := 0; i < comparedEntries; i++ {
		m["s"+strconv.Itoa(i)] = &session{user: "u"}
	}
	serveFor(r, func() { sink += len(copyLocked(&mu, m)) })
}

func syncMap(r *recorder) {
	var m sync.Map
	for i := 0; i < comparedEntries; i++ {
		m.Store("s"+strconv.Itoa(i), &session{user: "u"})
	}
	serveFor(r, func() { sink += len(copySync(&m)) })
}

func serveFor(r *recorder, serve func()) {
	debug.SetGCPercent(50)
	r.record(250, func(ctx context.Context) {
		var wait sync.WaitGroup
		end := time.Now().Add(1000 * time.Millisecond)
		for worker := 0; worker < 2; worker++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for time.Now().Before(end) {
					task(ctx, "GET /sessions", func(context.Context) { serve() })
				}
			}()
		}
		wait.Wait()
	})
	r.profile("allocs", "allocs.pprof")
}

//go:noinline
func copyLocked(mu *sync.RWMutex, m map[string]*session) []*session {
	mu.RLock()
	defer mu.RUnlock()
	copied := make([]*session, 0, len(m))
	for _, v := range m {
		copied = append(copied, v)
	}
	return copied
}

type boxed struct{ key, value any }

//go:noinline
func copySync(m *sync.Map) []boxed {
	var copied []boxed
	m.Range(func(k, v any) bool {
		copied = append(copied, boxed{k, v})
		return true
	})
	return copied
}
