// pprofparse times Go's own profile parser over a file in memory: one line of JSON with the samples and the ms of each run.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/google/pprof/profile"
)

func main() {
	runs := flag.Int("runs", 5, "how often to parse the file")
	gzipped := flag.Bool("gzip", false, "time decompression too (profile.Parse instead of ParseUncompressed)")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	data, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	if !*gzipped && bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if data, err = gunzip(data); err != nil {
			log.Fatal(err)
		}
	}
	result := struct {
		Samples int       `json:"count"`
		Ms      []float64 `json:"ms"`
	}{}
	for range *runs {
		runtime.GC()
		start := time.Now()
		parsed, err := parse(data, *gzipped)
		if err != nil {
			log.Fatal(err)
		}
		result.Ms = append(result.Ms, float64(time.Since(start).Nanoseconds())/1e6)
		result.Samples = len(parsed.Sample)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

func parse(data []byte, gzipped bool) (*profile.Profile, error) {
	if gzipped {
		return profile.Parse(bytes.NewReader(data))
	}
	return profile.ParseUncompressed(data)
}

func gunzip(data []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
