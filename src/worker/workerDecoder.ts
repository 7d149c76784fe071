import { GclensError, type WorkOptions, isWasmAllowed } from '../base';
import type { CaptureInfo } from '../capture';
import type { Frame } from '../frames';
import type { Decoder, FileContent, ViewOptions, ViewRequest } from './decoder';
import { fromErrorMessage } from './errors';
import { packFrames, unpackFrames } from './packedFrames';
import type { Answer, FromWorker, ToWorker } from './protocol';

/** What the page does with a worker. */
export interface WorkerLink {
  send(message: ToWorker): void;
  stop(): void;
}

/** What a worker does with the page. */
export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /** It broke, or was not allowed to start; browsers do not always say why. */
  onCrash(reason: string | undefined): void;
}

/** What decodes on pages that forbid WASM or workers. */
export interface FallbackDecoding {
  /** The bundled worker whose kernels are there as JavaScript, too: the default export of `gclens:fallback-worker-source`. */
  readonly workerSource: string;
  createDecoder(): Decoder;
}

/** Most pages never need it: it is loaded when one does. */
export type LoadFallback = () => Promise<FallbackDecoding>;

/**
 * A decoder in a worker of its own. A page needs one and should share it, so that all its panels share decoded captures. The worker starts with the first
 * request. Where the page's CSP forbids WASM, the worker runs JavaScript kernels; where it forbids workers, decoding goes on in the page itself, in steps,
 * and the answers say so.
 * @param source the bundled decode.worker.ts: the default export of `gclens:worker-source`
 */
export function createWorkerDecoder(source: string, loadFallback: LoadFallback): Decoder {
  return new WorkerDecoder(
    (events) => (isWasmAllowed() ? startWorker(source, events) : startLater(loadFallback, events)),
    async () => (await loadFallback()).createDecoder(),
  );
}

/** A worker whose script is loaded first: it gets its messages when it is there. */
function startLater(loadFallback: LoadFallback, events: WorkerEvents): WorkerLink {
  const link = loadFallback().then(({ workerSource }) => startWorker(workerSource, events));
  link.catch((error: unknown) => {
    events.onCrash(error instanceof Error ? error.message : undefined);
  });
  const whenStarted = (action: (started: WorkerLink) => void) => {
    link.then(action).catch(() => undefined);
  };
  return {
    send: (message) => {
      whenStarted((started) => started.send(message));
    },
    stop: () => {
      whenStarted((started) => started.stop());
    },
  };
}

function startWorker(source: string, events: WorkerEvents): WorkerLink {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    const worker = new Worker(url, { name: 'gclens' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      events.onMessage(data);
    };
    worker.onerror = ({ message }: Event & { readonly message?: string }) => {
      events.onCrash(message);
    };
    worker.onmessageerror = () => {
      events.onCrash('an answer could not be read');
    };
    return {
      send: (message) => {
        worker.postMessage(message);
      },
      stop: () => {
        worker.terminate();
      },
    };
  } finally {
    URL.revokeObjectURL(url);
  }
}

interface Pending {
  readonly message: Request;
  readonly options: ViewOptions;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

type Request = Exclude<ToWorker, { type: 'cancel' }>;

/** The page's side of the protocol. */
export class WorkerDecoder implements Decoder {
  private worker: WorkerLink | undefined;
  private hasAnswered = false;
  private fallback: Promise<Decoder> | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  /** @param createFallback what decodes in the page where workers are forbidden */
  constructor(
    private readonly start: (events: WorkerEvents) => WorkerLink,
    private readonly createFallback: () => Promise<Decoder>,
  ) {}

  async identify(file: FileContent, name: string, options: WorkOptions = {}): Promise<CaptureInfo> {
    const answer = await this.ask((id) => ({ type: 'identify', id, file, name }), options);
    return answer.type === 'identify' ? answer.info : unexpected(answer);
  }

  async view(request: ViewRequest, options: ViewOptions = {}): Promise<Frame[]> {
    const answer = await this.ask((id) => ({ type: 'view', id, request, wantsPartial: options.onPartial !== undefined }), options);
    return answer.type === 'view' ? unpackFrames(answer.frames) : unexpected(answer);
  }

  private async ask(makeMessage: (id: number) => Request, options: ViewOptions): Promise<Answer> {
    options.signal?.throwIfAborted();
    const id = this.nextId++;
    const message = makeMessage(id);
    const worker = this.fallback === undefined ? this.runningWorker() : undefined;
    if (worker === undefined) {
      return this.askFallback(message, options);
    }
    const { signal } = options;
    const cancel = () => {
      this.worker?.send({ type: 'cancel', id });
      this.pending.get(id)?.reject(abortReason(signal));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.pending.set(id, { message, options, resolve, reject });
        worker.send(message);
      });
    } finally {
      this.pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Undefined where no worker can be started. */
  private runningWorker(): WorkerLink | undefined {
    if (this.worker !== undefined) {
      return this.worker;
    }
    try {
      this.worker = this.start({
        onMessage: (message) => {
          this.receive(message);
        },
        onCrash: (reason) => {
          this.handleCrash(reason);
        },
      });
    } catch {
      this.openFallback().catch(() => undefined);
    }
    return this.worker;
  }

  private receive(message: FromWorker): void {
    this.hasAnswered = true;
    if (message.type === 'ready') {
      return;
    }
    const pending = this.pending.get(message.id);
    switch (message.type) {
      case 'progress':
        pending?.options.onProgress?.(message.stage, message.fraction);
        return;
      case 'partial':
        pending?.options.onPartial?.(unpackFrames(message.frames));
        return;
      case 'done':
        pending?.resolve(message.result);
        return;
      case 'failed':
        pending?.reject(fromErrorMessage(message.error));
    }
  }

  /**
   * A worker that never said a word was not allowed to start: a CSP blocks it without an exception and without a message. One that did, broke: what it was
   * doing is lost, and the next request starts another.
   */
  private handleCrash(reason: string | undefined): void {
    this.worker?.stop();
    this.worker = undefined;
    const lost = [...this.pending.values()];
    if (this.hasAnswered) {
      this.hasAnswered = false;
      for (const { reject } of lost) {
        reject(
          new GclensError(`the decode worker stopped${reason === undefined || reason === '' ? '' : `: ${reason}`}`, {
            advice: 'It may have run out of memory; remove captures or take shorter ones, then try again',
          }),
        );
      }
      return;
    }
    this.openFallback().catch(() => undefined);
    for (const { message, options, resolve, reject } of lost) {
      this.askFallback(message, options).then(resolve, reject);
    }
  }

  /** Rejects with a GclensError where it could not be loaded; the next request tries again. */
  private openFallback(): Promise<Decoder> {
    this.fallback ??= this.createFallback().catch((error: unknown) => {
      this.fallback = undefined;
      throw new GclensError('this page forbids the decode worker, and what decodes without it could not be loaded', {
        advice: `Reload the page (${error instanceof Error ? error.message : String(error)})`,
      });
    });
    return this.fallback;
  }

  private async askFallback(message: Request, options: ViewOptions): Promise<Answer> {
    const decoder = await this.openFallback();
    switch (message.type) {
      case 'identify':
        return { type: 'identify', info: await decoder.identify(message.file, message.name, options) };
      case 'view':
        return { type: 'view', frames: packFrames(sayWhereDecoded(await decoder.view(message.request, options))).packed };
    }
  }
}

/** The first frame says that decoding ran on the page's own thread: why the page may have stood still. */
function sayWhereDecoded([first, ...others]: Frame[]): Frame[] {
  return first === undefined
    ? []
    : [{ ...first, meta: { ...first.meta, notices: [...(first.meta?.notices ?? []), decodedInPage] } }, ...others];
}

const decodedInPage = {
  severity: 'info',
  text: "This page's content security policy forbids workers: decoding runs on the page's own thread, and the page may stand still for moments (worker-src blob: allows it)",
} as const;

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError');
}

function unexpected(answer: Answer): never {
  throw new GclensError(`the decode worker answered ${answer.type} to another question`);
}
