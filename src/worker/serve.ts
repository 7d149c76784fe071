import type { Decoder, ViewOptions } from './decoder';
import { toErrorMessage } from './errors';
import { packFrames } from './packedFrames';
import type { Answer, FromWorker, ToWorker } from './protocol';

/** Progress that comes faster than screens are drawn is not sent. */
const progressIntervalMs = 50;

/** The worker's side of the protocol: answers messages with what a decoder says. */
export function serveDecoder(decoder: Decoder, send: (message: FromWorker, transfer: ArrayBuffer[]) => void): (message: ToWorker) => void {
  const running = new Map<number, AbortController>();

  const answer = async (message: Exclude<ToWorker, { type: 'cancel' }>): Promise<void> => {
    const { id } = message;
    const controller = new AbortController();
    running.set(id, controller);
    let sentAtMs = -Infinity;
    const options: ViewOptions = {
      signal: controller.signal,
      onProgress: (stage, fraction) => {
        if (performance.now() - sentAtMs >= progressIntervalMs) {
          sentAtMs = performance.now();
          send({ type: 'progress', id, stage, fraction }, []);
        }
      },
      ...(message.type === 'view' && message.wantsPartial
        ? {
            onPartial: (frames) => {
              const { packed, transfer } = packFrames(frames);
              send({ type: 'partial', id, frames: packed }, transfer);
            },
          }
        : {}),
    };
    try {
      const { answer: result, transfer } = await resultOf(decoder, message, options);
      send({ type: 'done', id, result }, transfer);
    } catch (error) {
      send({ type: 'failed', id, error: toErrorMessage(error) }, []);
    } finally {
      running.delete(id);
    }
  };

  return (message) => {
    if (message.type === 'cancel') {
      running.get(message.id)?.abort();
    } else {
      void answer(message);
    }
  };
}

/** An answer, and the buffers in it that go over with it. */
interface Result {
  readonly answer: Answer;
  readonly transfer: ArrayBuffer[];
}

async function resultOf(decoder: Decoder, message: Exclude<ToWorker, { type: 'cancel' }>, options: ViewOptions): Promise<Result> {
  switch (message.type) {
    case 'identify':
      return { answer: { type: 'identify', info: await decoder.identify(message.file, message.name, options) }, transfer: [] };
    case 'view': {
      const { packed, transfer } = packFrames(await decoder.view(message.request, options));
      return { answer: { type: 'view', frames: packed }, transfer };
    }
  }
}
