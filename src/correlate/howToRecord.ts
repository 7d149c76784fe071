/** What a service can do so that its captures say more: a sentence without its end, and Go code of one line. */
export interface Recording {
  readonly advice: string;
  readonly code: string;
}

/** Ways to record what is missing most often. */
export const howToRecord = {
  tasks: {
    advice: 'Make a runtime/trace task for each request (the OpenTelemetry SDK for Go does so for each span)',
    code: 'ctx, task := trace.NewTask(ctx, "GET /items"); defer task.End()',
  },
  ids: {
    advice: 'Log the span’s id on its task, or let maptrace.TracerProvider(provider) do it',
    code: 'sc := span.SpanContext(); trace.Log(ctx, "otel.traceparent", fmt.Sprintf("00-%s-%s-%s", sc.TraceID(), sc.SpanID(), sc.TraceFlags()))',
  },
  labels: {
    advice: 'Label the goroutine where a request begins, or wrap the TracerProvider with github.com/grafana/otel-profiling-go',
    code: 'pprof.Do(ctx, pprof.Labels("span_id", sc.SpanID().String(), "trace_id", sc.TraceID().String()), func(ctx context.Context) { handle(ctx) })',
  },
} as const satisfies Readonly<Record<string, Recording>>;

/** In one line. */
export function adviceOf({ advice, code }: Recording): string {
  return `${advice}: ${code}`;
}
