// A shop whose endpoints do what services do with large maps, so that a capture of it shows GC against map activity.
//
//	go run .                                                                          serves :8080, profiles on :6060
//	curl -o trace.out 'http://localhost:6060/debug/pprof/trace?seconds=3' &
//	curl -o cpu.pprof 'http://localhost:6060/debug/pprof/profile?seconds=3'; wait
//	gclens open trace.out cpu.pprof
//
// Flags make it call itself, boundedly: -load 40 -for 1m. With OTEL_EXPORTER_OTLP_ENDPOINT set its spans go there; with -flight DIR the seconds before
// a slow request are written to DIR.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"gclens/maptrace"
)

var (
	address     = flag.String("address", "localhost:8080", "where the shop is served")
	debugServer = flag.String("debug-address", "localhost:6060", "where /debug/pprof is served")
	gcPercent   = flag.Int("gogc", 50, "GOGC")
	rate        = flag.Int("load", 0, "calls a second that the shop makes to itself")
	loadFor     = flag.Duration("for", time.Minute, "how long it calls itself")
	mix         = flag.String("mix", "", "endpoints that are called, as range=4,light=12; all of them alike if empty")
	flight      = flag.String("flight", "", "folder for the execution traces of slow requests")
	slower      = flag.Duration("slower-than", 300*time.Millisecond, "how long a slow request takes")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	calls, err := parseMix(*mix)
	if err != nil {
		return err
	}
	debug.SetGCPercent(*gcPercent)
	shutdown, err := startTelemetry(ctx)
	if err != nil {
		return err
	}
	defer shutdown()

	handler, err := withFlightRecorder(newShop().handler())
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	shopAddress, closeShop, err := serve(*address, handler, failed)
	if err != nil {
		return err
	}
	defer closeShop()
	debugAddress, closeDebug, err := serve(*debugServer, debugHandler(), failed)
	if err != nil {
		return err
	}
	defer closeDebug()
	if *rate > 0 {
		go load(ctx, "http://"+shopAddress, calls, *rate, *loadFor)
	}
	log.Printf("shop on %s, /debug/pprof on %s", shopAddress, debugAddress)
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// serve answers at address, whose port may be 0, until it is closed; it fails later into failed.
func serve(address string, handler http.Handler, failed chan<- error) (actual string, stop func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return listener.Addr().String(), func() { _ = server.Close() }, nil
}

// debugHandler serves /debug/pprof; the labels of map work are set while a CPU profile is recorded, also without a trace.
func debugHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.Handle("/debug/pprof/profile", maptrace.WhileProfiling(http.HandlerFunc(pprof.Profile)))
	return mux
}

func withFlightRecorder(handler http.Handler) (http.Handler, error) {
	if *flight == "" {
		return handler, nil
	}
	recorder, err := maptrace.StartFlight(maptrace.FlightConfig{
		Directory:  *flight,
		SlowerThan: *slower,
		OnDump:     func(file string) { log.Println("slow request:", file) },
		OnError:    func(err error) { log.Println(err) },
	})
	if err != nil {
		return nil, err
	}
	return recorder.Handler(handler), nil
}

func (s *shop) handler() http.Handler {
	mux := http.NewServeMux()
	for _, endpoint := range endpoints {
		mux.HandleFunc("/"+endpoint.name, func(w http.ResponseWriter, r *http.Request) { endpoint.serve(s, w, r) })
	}
	return otelhttp.NewHandler(maptrace.RequestID(mux), "shop", otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
		return r.Method + " " + r.URL.Path
	}))
}
