//go:build !go1.23

package main

func morePaths(map[int]int) []path { return nil }
