//go:build go1.25

package maptrace

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func startFlight(t *testing.T, config FlightConfig) *Flight {
	t.Helper()
	config.Directory = t.TempDir()
	flight, err := StartFlight(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(flight.Stop)
	return flight
}

func sleepingHandler(duration time.Duration) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(duration) })
}

func TestASlowRequestIsDumpedOnceAnInterval(t *testing.T) {
	dumped := make(chan string, 10)
	flight := startFlight(t, FlightConfig{SlowerThan: 5 * time.Millisecond, OnDump: func(file string) { dumped <- file }})
	serve(flight.Handler(sleepingHandler(0)), "")
	for range 3 {
		serve(flight.Handler(sleepingHandler(6*time.Millisecond)), "")
	}
	file := <-dumped
	content, err := os.ReadFile(file)
	if err != nil || len(content) < 16 || string(content[:5]) != "go 1." {
		t.Errorf("%s is no execution trace: %v", file, err)
	}
	if _, err := flight.Dump(); !errors.Is(err, ErrTooSoon) {
		t.Errorf("a second dump within the interval: %v, want ErrTooSoon", err)
	}
	if files, _ := filepath.Glob(filepath.Join(flight.config.Directory, "*")); len(files) != 1 {
		t.Errorf("the directory holds %v, want one file", files)
	}
}

func TestTheOldestDumpsGo(t *testing.T) {
	flight := startFlight(t, FlightConfig{Interval: time.Nanosecond, MaxFiles: 2})
	other := filepath.Join(flight.config.Directory, "notes.txt")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	var last string
	for range 4 {
		file, err := flight.Dump()
		if err != nil {
			t.Fatal(err)
		}
		last = file
		time.Sleep(2 * time.Millisecond)
	}
	if files, _ := filepath.Glob(filepath.Join(flight.config.Directory, "flight-*")); len(files) != 2 || files[1] != last {
		t.Errorf("left: %v, want the newest two, the last of them %s", files, last)
	}
	if _, err := os.Stat(other); err != nil {
		t.Error("a file that is no dump was removed")
	}
}

func TestADumpAboveTheCapLeavesNothing(t *testing.T) {
	flight := startFlight(t, FlightConfig{MaxTotalBytes: 64})
	if _, err := flight.Dump(); err == nil {
		t.Error("no error")
	}
	if files, _ := filepath.Glob(filepath.Join(flight.config.Directory, "*")); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
}

func TestASecondRecorderIsAnError(t *testing.T) {
	startFlight(t, FlightConfig{})
	if _, err := StartFlight(FlightConfig{Directory: t.TempDir()}); err == nil {
		t.Error("no error")
	}
	if _, err := StartFlight(FlightConfig{}); err == nil {
		t.Error("no error without a directory")
	}
}

func TestNothingIsDumpedAfterStop(t *testing.T) {
	flight := startFlight(t, FlightConfig{})
	flight.Stop()
	if _, err := flight.Dump(); !errors.Is(err, ErrTooSoon) {
		t.Errorf("got %v", err)
	}
}
