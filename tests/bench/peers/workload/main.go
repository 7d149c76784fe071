// workload writes an execution trace of about a wanted size and shape:
//
//	pingpong  scheduler events almost alone: goroutines hand each other messages
//	http      an HTTP server and its clients: network polling, system calls, timers, JSON, deep stacks
//	logs      requests with tasks, regions and many user logs
//
// Every shape has requests that walk a map, goroutines that sleep, and a CPU profile beside the trace, so that it holds CPU samples.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var (
	megabytes = flag.Float64("mb", 20, "size of the trace in MB")
	shape     = flag.String("shape", "pingpong", "pingpong, http or logs")
	procs     = flag.Int("procs", 0, "GOMAXPROCS; 0: as the machine has")
	out       = flag.String("o", "trace.out", "file to write")
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
	flag.Parse()
	if *procs > 0 {
		runtime.GOMAXPROCS(*procs)
	}
	start, ok := map[string]func(context.Context, *sync.WaitGroup){"pingpong": pingPongs, "http": httpServer, "logs": logging}[*shape]
	if !ok {
		log.Fatalf("unknown shape %q", *shape)
	}
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		log.Fatal(err)
	}
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
	sleepers(ctx, &wait)
	start(ctx, &wait)
	for float64(written.n.Load()) < *megabytes*1e6 {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	wait.Wait()
	trace.Stop()
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func spawn(wait *sync.WaitGroup, count int, work func(n int)) {
	for n := range count {
		wait.Add(1)
		go func() { defer wait.Done(); work(n) }()
	}
}

func sleepers(ctx context.Context, wait *sync.WaitGroup) {
	spawn(wait, 50, func(n int) {
		ticker := time.NewTicker(time.Duration(5+n) * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

func pingPongs(ctx context.Context, wait *sync.WaitGroup) {
	spawn(wait, 4, func(int) { requests(ctx, 1, 2000) })
	spawn(wait, 16, func(int) {
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
	})
}

func logging(ctx context.Context, wait *sync.WaitGroup) {
	spawn(wait, 8, func(int) { requests(ctx, 6, 200) })
}

func httpServer(ctx context.Context, wait *sync.WaitGroup) {
	catalog := newCatalog(400)
	var id atomic.Uint64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := id.Add(1)
		request(r.Context(), n, 2, catalog)
		answer := make(map[string]uint64)
		for i := range 20 + n%60 {
			answer["key"+strconv.FormatUint(i, 10)] = i * n
		}
		if n%4 == 0 {
			time.Sleep(time.Duration(n%2000) * time.Microsecond)
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			log.Print(err)
		}
	}))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 48}}
	var clients sync.WaitGroup
	spawn(&clients, 48, func(int) {
		for ctx.Err() == nil {
			response, err := client.Get(server.URL)
			if err != nil {
				log.Print(err)
				return
			}
			if _, err := io.Copy(io.Discard, response.Body); err != nil {
				log.Print(err)
			}
			response.Body.Close()
		}
	})
	wait.Add(1)
	go func() {
		defer wait.Done()
		clients.Wait()
		server.Close()
	}()
}

// requests serves requests one after the other, each on a goroutine of its own, as servers do.
func requests(ctx context.Context, logs, entries int) {
	catalog := newCatalog(entries)
	for id := uint64(0); ctx.Err() == nil; id++ {
		done := make(chan struct{})
		go func() {
			defer close(done)
			request(ctx, id, logs, catalog)
		}()
		<-done
	}
}

func newCatalog(entries int) map[int]string {
	catalog := make(map[int]string, entries)
	for i := range entries {
		catalog[i] = "article " + strconv.Itoa(i)
	}
	return catalog
}

func request(ctx context.Context, id uint64, logs int, catalog map[int]string) {
	ctx, task := trace.NewTask(ctx, "GET /range")
	defer task.End()
	span := fmt.Sprintf("%016x", id*0x9E3779B97F4A7C15)
	for range logs {
		trace.Log(ctx, "http.request_id", span)
	}
	pprof.Do(ctx, pprof.Labels("span_id", span, "map_op", "iterate"), func(ctx context.Context) {
		trace.WithRegion(ctx, "map.iterate", func() {
			var names []string
			for _, name := range catalog {
				names = append(names, name)
			}
			runtime.KeepAlive(names)
		})
	})
}
