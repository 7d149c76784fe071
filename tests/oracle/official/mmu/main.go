// Prints what the page "Minimum mutator utilization" of `go tool trace` draws: the handler of the Go installation itself answers (the build puts this program
// among the installation's own by an overlay: ../../officialMmu.ts).
//
//	mmu FLAGS... -- TRACE...    flags as the page asks: "stw|background|assist", "perProc|stw|background|assist|mut"
//
// One line of JSON for each trace and flags: {"trace", "flags", "plot", "util"}; util holds the changes of each series as [time, util].
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"internal/trace"
	"internal/trace/traceviewer"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
)

func main() {
	split := slices.Index(os.Args, "--")
	if split < 0 {
		fmt.Fprintln(os.Stderr, "usage: mmu FLAGS... -- TRACE...")
		os.Exit(2)
	}
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[split+1:] {
		events := read(path)
		for _, flags := range os.Args[1:split] {
			check(out.Encode(plot(path, flags, events)))
		}
	}
}

type answer struct {
	Trace string          `json:"trace"`
	Flags string          `json:"flags"`
	Plot  json.RawMessage `json:"plot,omitempty"`
	Util  [][][2]any      `json:"util"`
	Panic string          `json:"panic,omitempty"`
}

func plot(path, flags string, events []trace.Event) (said answer) {
	said = answer{Trace: path, Flags: flags}
	defer func() {
		if reason := recover(); reason != nil {
			said.Panic = fmt.Sprint(reason)
		}
	}()
	handler := traceviewer.MMUHandlerFunc(nil, func(asked trace.UtilFlags) ([][]trace.MutatorUtil, error) {
		series := trace.MutatorUtilizationV2(events, asked)
		said.Util = [][][2]any{}
		for _, changes := range series {
			pairs := [][2]any{}
			for _, change := range changes {
				pairs = append(pairs, [2]any{change.Time, change.Util})
			}
			said.Util = append(said.Util, pairs)
		}
		return series, nil
	})
	response := httptest.NewRecorder()
	handler(response, httptest.NewRequest("GET", "/mmu?mode=plot&flags="+url.QueryEscape(flags), nil))
	said.Plot = bytes.TrimSpace(response.Body.Bytes())
	return said
}

// read gives the events up to the damage of a trace, if it has any.
func read(path string) []trace.Event {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	reader, err := trace.NewReader(file)
	check(err)
	var events []trace.Event
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return events
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, path, err)
			return events
		}
		events = append(events, event)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
