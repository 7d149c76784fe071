//go:build go1.23

package main

import "maps"

func morePaths(m map[int]int) []path {
	return []path{{"map.keys", func() { walkKeys(m) }}}
}

//go:noinline
func walkKeys(m map[int]int) {
	for k := range maps.Keys(m) {
		sink += k
	}
}
