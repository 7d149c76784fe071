package main

import (
	"context"
	"encoding/json"
	"io"
	"reflect"
	"runtime/trace"
	"sync"
	"time"
)

var sink int

type path struct {
	region string
	walk   func()
}

// paths iterates the same entries in every way that Go has, each for as long, each in a region of its own.
func paths(r *recorder) {
	m := make(map[int]int)
	var shared sync.Map
	for i := 0; i < 100000; i++ {
		m[i] = i
		shared.Store(i, i)
	}
	ways := append([]path{
		{"map.range", func() { walkRange(m) }},
		{"map.reflect", func() { walkReflect(m) }},
		{"map.json", func() { walkJSON(m) }},
		{"map.syncmap", func() { walkSyncMap(&shared) }},
	}, morePaths(m)...)
	r.record(250, func(ctx context.Context) {
		for _, way := range ways {
			trace.WithRegion(ctx, way.region, func() {
				for end := time.Now().Add(400 * time.Millisecond); time.Now().Before(end); {
					way.walk()
				}
			})
		}
	})
}

//go:noinline
func walkRange(m map[int]int) {
	for k, v := range m {
		sink += k ^ v
	}
}

//go:noinline
func walkReflect(m map[int]int) {
	for it := reflect.ValueOf(m).MapRange(); it.Next(); {
		sink += int(it.Key().Int() ^ it.Value().Int())
	}
}

//go:noinline
func walkJSON(m map[int]int) {
	must(json.NewEncoder(io.Discard).Encode(m))
}

//go:noinline
func walkSyncMap(m *sync.Map) {
	m.Range(func(k, v any) bool {
		sink += k.(int) ^ v.(int)
		return true
	})
}
