//go:build !go1.24 || (!go1.26 && !goexperiment.swissmap)

package main

import (
	"fmt"
	"unsafe"
)

// The head of runtime.hmap, the same from Go 1.10 to 1.23.
type hmapHead struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
}

// mapStats describes a map without locking it: the numbers are a glimpse, they may be torn while the map is written.
func mapStats[K comparable, V any](name string, m map[K]V) string {
	h := *(**hmapHead)(unsafe.Pointer(&m))
	if h == nil {
		return fmt.Sprintf(`{"name":%q,"kind":"hmap","count":0}`, name)
	}
	old := uint64(0)
	if h.oldbuckets != nil {
		old = 1 << h.B
		if h.flags&8 == 0 { // not a same-size grow
			old >>= 1
		}
	}
	return fmt.Sprintf(`{"name":%q,"kind":"hmap","count":%d,"B":%d,"buckets":%d,"noverflow":%d,"oldbuckets":%d,"nevacuate":%d}`,
		name, h.count, h.B, uint64(1)<<h.B, h.noverflow, old, h.nevacuate)
}
