//go:build go1.25

package maptrace

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/trace"
	"slices"
	"strings"
	"sync"
	"time"
)

// FlightConfig says what a flight recorder keeps and when it writes. A field that is 0 has the default named with it.
type FlightConfig struct {
	// Directory holds the files; it is made if it is not there.
	Directory string
	// SlowerThan is how long a request takes that is worth a dump, 1 s.
	SlowerThan time.Duration
	// MinAge is how far a dump reaches back, 10 s; MaxBytes about how much memory it takes for that, 16 MiB.
	MinAge   time.Duration
	MaxBytes uint64
	// Interval is the least time between two dumps, 1 minute.
	Interval time.Duration
	// MaxFiles and MaxTotalBytes bound what lies in Directory, 20 files and 256 MiB: the oldest dumps are removed.
	MaxFiles      int
	MaxTotalBytes int64
	// OnDump is told of every file, OnError of every dump that failed. Both may be nil; both are called from a goroutine of their own.
	OnDump  func(file string)
	OnError func(error)
}

// ErrTooSoon says that the last dump is younger than the interval or still being written, or that the recorder was stopped.
var ErrTooSoon = errors.New("maptrace: the last dump is too young for another")

const (
	flightPrefix  = "flight-"
	flightSuffix  = ".trace"
	partialSuffix = ".partial"
)

// Flight keeps the last seconds of the execution trace in memory and writes them out when a request was slow, with caps on rate and size.
type Flight struct {
	config   FlightConfig
	recorder *trace.FlightRecorder

	mutex   sync.Mutex
	last    time.Time
	writing bool
	stopped bool
	dumps   sync.WaitGroup
}

// StartFlight starts the recorder. A program can have one; a second is an error, as is a directory that cannot be written.
func StartFlight(config FlightConfig) (*Flight, error) {
	config.SlowerThan = cmp.Or(config.SlowerThan, time.Second)
	config.MinAge = cmp.Or(config.MinAge, 10*time.Second)
	config.MaxBytes = cmp.Or(config.MaxBytes, 16<<20)
	config.Interval = cmp.Or(config.Interval, time.Minute)
	config.MaxFiles = cmp.Or(config.MaxFiles, 20)
	config.MaxTotalBytes = cmp.Or(config.MaxTotalBytes, 256<<20)
	if config.Directory == "" {
		return nil, errors.New("maptrace: FlightConfig needs a Directory")
	}
	if err := os.MkdirAll(config.Directory, 0o755); err != nil {
		return nil, fmt.Errorf("maptrace: %w", err)
	}
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: config.MinAge, MaxBytes: config.MaxBytes})
	if err := recorder.Start(); err != nil {
		return nil, fmt.Errorf("maptrace: %w", err)
	}
	return &Flight{config: config, recorder: recorder}, nil
}

// Handler writes a dump after each request that took longer than SlowerThan. The response does not wait for it.
func (f *Flight) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		defer func() {
			if time.Since(start) >= f.config.SlowerThan && f.reserve() {
				go f.dump()
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Dump writes what is in memory and returns the file's path. ErrTooSoon if the last dump is younger than the interval.
func (f *Flight) Dump() (string, error) {
	if !f.reserve() {
		return "", ErrTooSoon
	}
	return f.write()
}

// Stop ends recording after the dump that is being written.
func (f *Flight) Stop() {
	f.mutex.Lock()
	f.stopped = true
	f.mutex.Unlock()
	f.dumps.Wait()
	f.recorder.Stop()
}

func (f *Flight) dump() {
	file, err := f.write()
	if err != nil && f.config.OnError != nil {
		f.config.OnError(err)
	}
	if err == nil && f.config.OnDump != nil {
		f.config.OnDump(file)
	}
}

// reserve takes the right to write the next dump: one at a time, not sooner than the interval allows.
func (f *Flight) reserve() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.stopped || f.writing || !f.last.IsZero() && time.Since(f.last) < f.config.Interval {
		return false
	}
	f.writing = true
	f.last = time.Now()
	f.dumps.Add(1)
	return true
}

func (f *Flight) write() (string, error) {
	defer f.dumps.Done()
	defer func() {
		f.mutex.Lock()
		f.writing = false
		f.mutex.Unlock()
	}()
	name := flightPrefix + time.Now().UTC().Format("20060102T150405.000Z") + flightSuffix
	path := filepath.Join(f.config.Directory, name)
	if err := f.writeFile(path + partialSuffix); err != nil {
		return "", errors.Join(fmt.Errorf("maptrace: %w", err), remove(path+partialSuffix))
	}
	if err := os.Rename(path+partialSuffix, path); err != nil {
		return "", fmt.Errorf("maptrace: %w", err)
	}
	return path, f.removeOldest()
}

func (f *Flight) writeFile(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.recorder.WriteTo(&cappedWriter{file, f.config.MaxTotalBytes})
	return errors.Join(err, file.Close())
}

// removeOldest keeps the directory within its caps; the newest dump stays.
func (f *Flight) removeOldest() error {
	entries, err := os.ReadDir(f.config.Directory)
	if err != nil {
		return fmt.Errorf("maptrace: %w", err)
	}
	// Names hold the time, and ReadDir sorts by name.
	slices.Reverse(entries)
	files, bytes := 0, int64(0)
	var failures []error
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), flightPrefix) || !strings.HasSuffix(entry.Name(), flightSuffix) {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			continue
		}
		files++
		bytes += info.Size()
		if files > 1 && (files > f.config.MaxFiles || bytes > f.config.MaxTotalBytes) {
			failures = append(failures, remove(filepath.Join(f.config.Directory, entry.Name())))
		}
	}
	return errors.Join(failures...)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// cappedWriter refuses what goes beyond its cap.
type cappedWriter struct {
	w    io.Writer
	left int64
}

func (c *cappedWriter) Write(bytes []byte) (int, error) {
	if int64(len(bytes)) > c.left {
		return 0, errors.New("the dump is larger than MaxTotalBytes")
	}
	n, err := c.w.Write(bytes)
	c.left -= int64(n)
	return n, err
}
