// Answers what the official tools say of captures, many in one process: `go tool trace -d=parsed` and `go tool pprof`, from the sources of the Go
// installation itself (the build puts this program into GOROOT's module by an overlay: ../../officialTools.ts).
//
// Requests come on stdin, answers go to stdout, one at a time and in order. Integers are little-endian uint32.
//
//	request: length, JSON of arguments; length, bytes of the capture
//	answer:  length, JSON of {exitCode, stderr}; length, stdout
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"internal/trace"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
)

type request struct {
	// Tool is "trace" or "pprof"; Args are arguments of pprof without the file.
	Tool string
	Args []string
	// MaxStdout ends the listing of a trace after so many bytes; 0 is no bound.
	MaxStdout int
}

type answer struct {
	ExitCode int    `json:"exitCode"`
	Stderr   string `json:"stderr"`
	Panicked bool   `json:"panicked"`
}

func main() {
	debug.SetMemoryLimit(2 << 30)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		arguments, err := readBlock(in)
		if err == io.EOF {
			return
		}
		check(err)
		capture, err := readBlock(in)
		check(err)
		var asked request
		check(json.Unmarshal(arguments, &asked))
		said, stdout := run(asked, capture)
		text, err := json.Marshal(said)
		check(err)
		writeBlock(out, text)
		writeBlock(out, stdout)
		check(out.Flush())
	}
}

func readBlock(in io.Reader) ([]byte, error) {
	var length uint32
	if err := binary.Read(in, binary.LittleEndian, &length); err != nil {
		return nil, err
	}
	block := make([]byte, length)
	_, err := io.ReadFull(in, block)
	return block, err
}

func writeBlock(out io.Writer, block []byte) {
	check(binary.Write(out, binary.LittleEndian, uint32(len(block))))
	_, err := out.Write(block)
	check(err)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(asked request, capture []byte) (said answer, stdout []byte) {
	var output bytes.Buffer
	defer func() {
		if cause := recover(); cause != nil {
			said, stdout = answer{ExitCode: 2, Stderr: fmt.Sprint("panic: ", cause), Panicked: true}, output.Bytes()
		}
	}()
	var err error
	if asked.Tool == "pprof" && len(asked.Args) == 0 {
		asked.Args = []string{"-raw", "-symbolize=none", "-sample_index="}
	}
	failure := 1
	switch asked.Tool {
	case "trace":
		err = printTrace(capture, &output, asked.MaxStdout)
	case "pprof":
		failure = 2
		err = printProfile(asked.Args, capture, &output)
	default:
		err = errors.New("no such tool: " + asked.Tool)
	}
	if err != nil {
		return answer{ExitCode: failure, Stderr: err.Error()}, output.Bytes()
	}
	return answer{}, output.Bytes()
}

func printTrace(capture []byte, output *bytes.Buffer, maxStdout int) error {
	reader, err := trace.NewReader(bytes.NewReader(capture))
	if err != nil {
		return err
	}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if maxStdout == 0 || output.Len() < maxStdout {
			fmt.Fprintln(output, event.String())
		}
	}
}

// printProfile runs pprof as its command line does, -raw without arguments. Each request must give the same flags: pprof keeps those of the run before.
func printProfile(args []string, capture []byte, output *bytes.Buffer) error {
	parsed, err := profile.Parse(bytes.NewReader(capture))
	if err != nil {
		return err
	}
	if err := parsed.CheckValid(); err != nil {
		return err
	}
	return driver.PProf(&driver.Options{
		Flagset: &flags{FlagSet: flag.NewFlagSet("pprof", flag.ContinueOnError), args: append(args, "-output=stdout", "capture")},
		Fetch:   memory{parsed},
		UI:      quiet{},
		Writer:  memory{}.into(output),
	})
}

type memory struct{ parsed *profile.Profile }

func (m memory) Fetch(string, time.Duration, time.Duration) (*profile.Profile, string, error) {
	return m.parsed, "", nil
}

func (memory) into(output *bytes.Buffer) driver.Writer { return writer{output} }

type writer struct{ output *bytes.Buffer }

func (w writer) Open(string) (io.WriteCloser, error) { return w, nil }
func (w writer) Write(bytes []byte) (int, error)     { return w.output.Write(bytes) }
func (w writer) Close() error                        { return nil }

type flags struct {
	*flag.FlagSet
	args []string
}

func (f *flags) StringList(name, value, usage string) *[]*string {
	return &[]*string{f.String(name, value, usage)}
}
func (f *flags) ExtraUsage() string     { return "" }
func (f *flags) AddExtraUsage(_ string) {}
func (f *flags) Parse(usage func()) []string {
	check(f.FlagSet.Parse(f.args))
	return f.Args()
}

type quiet struct{}

func (quiet) ReadLine(string) (string, error)       { return "", io.EOF }
func (quiet) Print(...any)                          {}
func (quiet) PrintErr(...any)                       {}
func (quiet) IsTerminal() bool                      { return false }
func (quiet) WantBrowser() bool                     { return false }
func (quiet) SetAutoComplete(_ func(string) string) {}

