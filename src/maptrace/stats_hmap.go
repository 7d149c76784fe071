//go:build !go1.24 || (!go1.26 && !goexperiment.swissmap)

package maptrace

import "unsafe"

// mapHead is the head of runtime.hmap, the same from Go 1.10 to 1.25.
type mapHead struct {
	count      int
	flags      uint8
	b          uint8
	overflow   uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldBuckets unsafe.Pointer
	evacuated  uintptr
}

// sameSizeGrow is a flag of runtime.hmap.
const sameSizeGrow = 8

// entriesPerBucket is the load factor of runtime.hmap, 6.5, rounded up.
const entriesPerBucket = 7

func headOf[M ~map[K]V, K comparable, V any](m M) *mapHead {
	return *(**mapHead)(unsafe.Pointer(&m))
}

//go:norace
func readStats(name string, head *mapHead) mapStats {
	stats := mapStats{Name: name, Kind: "hmap"}
	if head == nil {
		return stats
	}
	b, buckets, overflow, evacuated := head.b, uint64(1)<<head.b, head.overflow, uint64(head.evacuated)
	old := uint64(0)
	if head.oldBuckets != nil {
		old = buckets
		if head.flags&sameSizeGrow == 0 {
			old /= 2
		}
	}
	stats.Count = head.count
	stats.B, stats.Buckets, stats.Overflow, stats.OldBuckets, stats.EvacuatedUpTo = &b, &buckets, &overflow, &old, &evacuated
	return stats
}

func isPlausible(stats mapStats, count int) bool {
	return stats.Count == count && *stats.B < 48 && uint64(count) <= entriesPerBucket**stats.Buckets+1 && *stats.OldBuckets <= *stats.Buckets
}
