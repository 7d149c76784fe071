package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"gclens/maptrace"
)

const callers = 4

// parseMix reads "range=4,light=12" as endpoints in turn, each as often as its number says.
func parseMix(text string) ([]string, error) {
	var calls []string
	if text == "" {
		for _, endpoint := range endpoints {
			calls = append(calls, endpoint.name)
		}
		return calls, nil
	}
	for _, part := range strings.Split(text, ",") {
		name, number, _ := strings.Cut(part, "=")
		times, err := strconv.Atoi(number)
		if err != nil || times < 1 || times > 1000 {
			return nil, fmt.Errorf("-mix: %q is not name=times with 1 to 1000 times", part)
		}
		if !isEndpoint(name) {
			return nil, fmt.Errorf("-mix: there is no endpoint %q", name)
		}
		for range times {
			calls = append(calls, name)
		}
	}
	return calls, nil
}

func isEndpoint(name string) bool {
	for _, endpoint := range endpoints {
		if endpoint.name == name {
			return true
		}
	}
	return false
}

// load calls the shop at a rate that is never exceeded, for a time that ends: a slow shop is called less, not more at once.
func load(ctx context.Context, base string, calls []string, rate int, duration time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	due := make(chan int)
	var running sync.WaitGroup
	for range callers {
		running.Add(1)
		go func() {
			defer running.Done()
			for n := range due {
				call(ctx, base+"/"+calls[n%len(calls)], fmt.Sprintf("load-%d", n))
			}
		}()
	}
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	for n := 0; ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case <-ticker.C:
			select {
			case due <- n:
				n++
			case <-ctx.Done():
			}
		}
	}
	close(due)
	running.Wait()
	log.Println("load: done")
}

func call(ctx context.Context, url, requestID string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		log.Println(err)
		return
	}
	request.Header.Set(maptrace.RequestIDHeader, requestID)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
}
