// reader times the Go reader (golang.org/x/exp/trace) over a file in memory: one line of JSON with the events and the ms of each run.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"golang.org/x/exp/trace"
)

func main() {
	runs := flag.Int("runs", 5, "how often to read the file")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	data, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	result := struct {
		Events int       `json:"count"`
		Ms     []float64 `json:"ms"`
	}{}
	for range *runs {
		start := time.Now()
		result.Events, err = count(data)
		if err != nil {
			log.Fatal(err)
		}
		result.Ms = append(result.Ms, float64(time.Since(start).Nanoseconds())/1e6)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

func count(data []byte) (int, error) {
	reader, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	for events := 0; ; events++ {
		if _, err := reader.ReadEvent(); errors.Is(err, io.EOF) {
			return events, nil
		} else if err != nil {
			return events, err
		}
	}
}
