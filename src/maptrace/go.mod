module gclens/maptrace

go 1.22.0

require go.opentelemetry.io/otel/trace v1.35.0

require go.opentelemetry.io/otel v1.35.0 // indirect
