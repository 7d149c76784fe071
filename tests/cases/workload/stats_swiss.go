//go:build go1.26 || (go1.24 && goexperiment.swissmap)

package main

import (
	"fmt"
	"unsafe"
)

// The head of internal/runtime/maps.Map, the same in Go 1.24 to 1.27 up to globalShift.
type swissHead struct {
	used        uint64
	seed        uintptr
	dirPtr      unsafe.Pointer
	dirLen      int
	globalDepth uint8
	globalShift uint8
}

// mapStats describes a map without locking it: the numbers are a glimpse, they may be torn while the map is written.
// dirlen 0 means a small map (one group of 8 slots, no directory).
func mapStats[K comparable, V any](name string, m map[K]V) string {
	h := *(**swissHead)(unsafe.Pointer(&m))
	if h == nil {
		return fmt.Sprintf(`{"name":%q,"kind":"swiss","count":0}`, name)
	}
	return fmt.Sprintf(`{"name":%q,"kind":"swiss","count":%d,"dirlen":%d,"globalDepth":%d}`, name, h.used, h.dirLen, h.globalDepth)
}
