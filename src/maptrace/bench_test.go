package maptrace

import (
	"context"
	"io"
	"runtime/trace"
	"testing"
)

var sink int

func numbers(count int) map[int]int {
	m := make(map[int]int, count)
	for i := 0; i < count; i++ {
		m[i] = i
	}
	return m
}

func benchmarkWalks(b *testing.B, count int) {
	ctx, m := context.Background(), numbers(count)
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			for _, v := range m {
				sink += v
			}
		}
	})
	b.Run("off", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			Range(ctx, "numbers", m)(func(_, v int) bool { sink += v; return true })
		}
	})
	b.Run("tracing", func(b *testing.B) {
		if err := trace.Start(io.Discard); err != nil {
			b.Skip(err)
		}
		defer trace.Stop()
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			Range(ctx, "numbers", m)(func(_, v int) bool { sink += v; return true })
		}
	})
}

func BenchmarkWalkOf1(b *testing.B)    { benchmarkWalks(b, 1) }
func BenchmarkWalkOf1000(b *testing.B) { benchmarkWalks(b, 1000) }

func BenchmarkDo(b *testing.B) {
	ctx := context.Background()
	b.Run("plain", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			sink++
		}
	})
	b.Run("off", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			Do(ctx, Access, "numbers", 1, func(context.Context) { sink++ })
		}
	})
}
