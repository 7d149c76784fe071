//go:build go1.26 || (go1.24 && goexperiment.swissmap)

package maptrace

import "unsafe"

// mapHead is the head of internal/runtime/maps.Map, the same in Go 1.24 to 1.27.
type mapHead struct {
	used        uint64
	seed        uintptr
	directory   unsafe.Pointer
	length      int
	globalDepth uint8
}

// maxTableSlots is the number of slots of a table before it is split.
const maxTableSlots = 1024

func headOf[M ~map[K]V, K comparable, V any](m M) *mapHead {
	return *(**mapHead)(unsafe.Pointer(&m))
}

//go:norace
func readStats(name string, head *mapHead) mapStats {
	stats := mapStats{Name: name, Kind: "swiss"}
	if head == nil {
		return stats
	}
	length, depth := head.length, head.globalDepth
	stats.Count = int(head.used)
	stats.DirectoryLength, stats.GlobalDepth = &length, &depth
	return stats
}

func isPlausible(stats mapStats, count int) bool {
	length := *stats.DirectoryLength
	isDirectory := length == 1<<*stats.GlobalDepth && count <= length*maxTableSlots
	isSmall := length == 0 && count <= 8
	return stats.Count == count && (isSmall || isDirectory)
}
