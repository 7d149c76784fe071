package maptrace

import "context"

// The iterators below are small enough to be inlined into the loop that uses them: without a trace the loop is a range over the map, and walk is
// not. So profiles show frames of this file between the runtime's map functions and the caller; gclens passes over them and names the caller's line.

// Range ranges over m, called name, like the range statement does:
//
//	for id, session := range maptrace.Range(ctx, "sessions", sessions) {
//
// With Go 1.22 call the result with the loop's body. While a trace is recorded, the region map.iterate lasts from the first entry to the end of the
// loop, also by break or panic, and the log event at its end tells how many entries were visited.
func Range[M ~map[K]V, K comparable, V any](ctx context.Context, name string, m M) func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) {
		if active() {
			walk(ctx, name, m, yield)
			return
		}
		for k, v := range m {
			if !yield(k, v) {
				return
			}
		}
	}
}

// Keys is Range over the keys of m alone.
func Keys[M ~map[K]V, K comparable, V any](ctx context.Context, name string, m M) func(yield func(K) bool) {
	return func(yield func(K) bool) {
		if active() {
			walk(ctx, name, m, func(k K, _ V) bool { return yield(k) })
			return
		}
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Values is Range over the values of m alone.
func Values[M ~map[K]V, K comparable, V any](ctx context.Context, name string, m M) func(yield func(V) bool) {
	return func(yield func(V) bool) {
		if active() {
			walk(ctx, name, m, func(_ K, v V) bool { return yield(v) })
			return
		}
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

//go:noinline
func walk[M ~map[K]V, K comparable, V any](ctx context.Context, name string, m M, yield func(K, V) bool) {
	visited := 0
	w := begin(ctx, Iterate, name, len(m))
	defer func() { w.end(visited) }()
	for k, v := range m {
		visited++
		if !yield(k, v) {
			return
		}
	}
}
