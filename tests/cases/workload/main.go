// Command mapcases records one small capture for each way in which maps cause GC trouble, and one where they do not.
//
//	mapcases CASE OUT
//
// A case writes trace.out and cpu.pprof of the same moments, and where it says so heap and allocs profiles, into the folder OUT.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
)

var cases = map[string]func(*recorder){
	"paths":   paths,
	"keys":    keys,
	"growth":  growth,
	"leaks":   leaks,
	"pauses":  pauses,
	"notgc":   notGC,
	"rwmutex": lockedMap,
	"syncmap": syncMap,
}

func main() {
	if len(os.Args) != 3 || cases[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: mapcases CASE OUT")
		os.Exit(2)
	}
	cases[os.Args[1]](&recorder{folder: os.Args[2]})
}

type recorder struct {
	folder string
	trace  bytes.Buffer
	cpu    bytes.Buffer
}

// record runs f with an execution trace and a CPU profile of hz samples a second.
func (r *recorder) record(hz int, f func(ctx context.Context)) {
	runtime.SetCPUProfileRate(hz)
	must(pprof.StartCPUProfile(&r.cpu))
	must(trace.Start(&r.trace))
	trace.Log(context.Background(), "cpuProfileRate", fmt.Sprint(hz))
	f(context.Background())
	trace.Stop()
	pprof.StopCPUProfile()
	r.write("trace.out", r.trace.Bytes())
	r.write("cpu.pprof", r.cpu.Bytes())
}

// profile writes a profile of the runtime.
func (r *recorder) profile(kind, name string) {
	var b bytes.Buffer
	must(pprof.Lookup(kind).WriteTo(&b, 0))
	r.write(name, b.Bytes())
}

func (r *recorder) write(name string, data []byte) {
	must(os.MkdirAll(r.folder, 0o755))
	must(os.WriteFile(filepath.Join(r.folder, name), data, 0o644))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// task runs f as a request of its own.
func task(ctx context.Context, name string, f func(ctx context.Context)) {
	ctx, t := trace.NewTask(ctx, name)
	defer t.End()
	f(ctx)
}
