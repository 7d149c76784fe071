package main

import (
	"context"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"
)

// keys answers the same requests in five ways: keys collected into a new slice and looked up, keys collected into a slice that is used again, one range
// over the map, a range over a snapshot, a copy of all pairs.
func keys(r *recorder) {
	debug.SetGCPercent(50)
	m := make(map[string]int)
	for i := 0; i < 120000; i++ {
		m["key-"+strconv.Itoa(i)] = i
	}
	var snapshot atomic.Pointer[map[string]int]
	snapshot.Store(&m)
	var pooled []string
	ways := []struct {
		name  string
		serve func()
	}{
		{"GET /collect", func() { sink += lookUp(m, collect(m)) }},
		{"GET /pooled", func() { pooled = collectInto(m, pooled[:0]); sink += lookUpPooled(m, pooled) }},
		{"GET /direct", func() { sink += sumDirect(m) }},
		{"GET /snapshot", func() { sink += sumSnapshot(*snapshot.Load()) }},
		{"GET /copy", func() { sink += len(copyPairs(m)) }},
	}
	r.record(250, func(ctx context.Context) {
		for _, way := range ways {
			for end := time.Now().Add(400 * time.Millisecond); time.Now().Before(end); {
				task(ctx, way.name, func(context.Context) { way.serve() })
			}
		}
	})
	r.profile("allocs", "allocs.pprof")
}

//go:noinline
func collect(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

//go:noinline
func lookUp(m map[string]int, keys []string) (sum int) {
	for _, k := range keys {
		sum += m[k]
	}
	return sum
}

//go:noinline
func collectInto(m map[string]int, keys []string) []string {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

//go:noinline
func lookUpPooled(m map[string]int, keys []string) (sum int) {
	for _, k := range keys {
		sum += m[k]
	}
	return sum
}

//go:noinline
func sumDirect(m map[string]int) (sum int) {
	for _, v := range m {
		sum += v
	}
	return sum
}

//go:noinline
func sumSnapshot(m map[string]int) (sum int) {
	for _, v := range m {
		sum += v
	}
	return sum
}

type pair struct {
	key   string
	value *int
}

//go:noinline
func copyPairs(m map[string]int) []pair {
	var pairs []pair
	for k, v := range m {
		pairs = append(pairs, pair{k, &v})
	}
	return pairs
}
