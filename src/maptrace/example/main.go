// A shop that iterates a large map in every other request, so that a capture of it shows GC against map activity.
//
//	go run .                                                                          serves :8080, profiles on :6060
//	curl -o trace.out  'http://localhost:6060/debug/pprof/trace?seconds=3'
//	curl -o cpu.pprof  'http://localhost:6060/debug/pprof/profile?seconds=3'
//
// With OTEL_EXPORTER_OTLP_ENDPOINT set its spans go there; LOAD=1 makes it call itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"os/signal"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"gclens/maptrace"
)

const articles = 200_000

type article struct {
	name  string
	price int
}

type row struct {
	name  string
	price int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	debug.SetGCPercent(50)
	shutdown, err := startTelemetry(ctx)
	if err != nil {
		return err
	}
	defer shutdown()

	catalog := makeCatalog()
	mux := http.NewServeMux()
	mux.HandleFunc("/range", func(w http.ResponseWriter, r *http.Request) {
		maptrace.LogRequestID(r.Context(), r.Header.Get("X-Request-ID"))
		fmt.Fprintln(w, len(affordable(r.Context(), catalog)))
	})
	mux.HandleFunc("/light", func(w http.ResponseWriter, r *http.Request) {
		maptrace.LogRequestID(r.Context(), r.Header.Get("X-Request-ID"))
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Addr: ":8080", Handler: otelhttp.NewHandler(mux, "shop", otelhttp.WithSpanNameFormatter(spanName))}
	go func() { log.Println(http.ListenAndServe(":6060", nil)) }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if os.Getenv("LOAD") != "" {
		go load(ctx)
	}
	log.Println("shop on :8080, /debug/pprof on :6060")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func makeCatalog() map[string]*article {
	catalog := make(map[string]*article, articles)
	for i := range articles {
		name := fmt.Sprintf("article-%06d", i)
		catalog[name] = &article{name: name, price: i % 1000}
	}
	return catalog
}

// affordable appends without a size, as real code does: every walk grows its slice again and so pays for GC.
func affordable(ctx context.Context, catalog map[string]*article) []row {
	var rows []row
	for name, a := range maptrace.All(ctx, catalog) {
		if a.price < 900 {
			rows = append(rows, row{name, a.price})
		}
	}
	return rows
}

func spanName(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }

func startTelemetry(ctx context.Context) (func(), error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return installProvider(sdktrace.NewTracerProvider()), nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	return installProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))), nil
}

func installProvider(provider *sdktrace.TracerProvider) func() {
	otel.SetTracerProvider(maptrace.TracerProvider(provider))
	return func() { _ = provider.Shutdown(context.Background()) }
}

// load keeps four callers busy: one in four requests walks the catalog.
func load(ctx context.Context) {
	for caller := range 4 {
		go func() {
			for n := 0; ctx.Err() == nil; n++ {
				path := "light"
				if n%4 == 0 {
					path = "range"
				}
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost:8080/"+path, nil)
				if err != nil {
					return
				}
				request.Header.Set("X-Request-ID", fmt.Sprintf("load-%d-%d", caller, n))
				if response, err := http.DefaultClient.Do(request); err == nil {
					_ = response.Body.Close()
				}
				time.Sleep(10 * time.Millisecond)
			}
		}()
	}
}
