// workload writes an execution trace of about the wanted size: requests with tasks, regions and logs that walk a map, between goroutines that
// hand messages to each other.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/trace"
	"sync"
	"sync/atomic"
	"time"
)

type counter struct {
	file *os.File
	n    atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return c.file.Write(p)
}

func main() {
	megabytes := flag.Float64("mb", 20, "size of the trace in MB")
	out := flag.String("o", "trace.out", "file to write")
	flag.Parse()
	file, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	written := &counter{file: file}
	if err := trace.Start(written); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	for range 8 {
		wait.Add(1)
		go func() { defer wait.Done(); serve(ctx) }()
	}
	for range 4 {
		wait.Add(1)
		go func() { defer wait.Done(); pingPong(ctx) }()
	}
	for float64(written.n.Load()) < *megabytes*1e6 {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	wait.Wait()
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context) {
	m := make(map[int]int)
	for i := range 2000 {
		m[i] = i
	}
	for ctx.Err() == nil {
		done := make(chan []int)
		go func() {
			ctx, task := trace.NewTask(ctx, "GET /range")
			defer task.End()
			trace.Log(ctx, "http.request_id", "bench")
			var values []int
			trace.WithRegion(ctx, "map.iterate", func() {
				for _, v := range m {
					values = append(values, v)
				}
			})
			done <- values
		}()
		<-done
	}
}

func pingPong(ctx context.Context) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for n := range ping {
			pong <- n
		}
		close(pong)
	}()
	for n := 0; ctx.Err() == nil; n++ {
		ping <- n
		<-pong
	}
	close(ping)
}
