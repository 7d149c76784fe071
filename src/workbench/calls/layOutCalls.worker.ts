import { type CallShape, layOutCalls } from './layOutCalls';

self.addEventListener('message', ({ data }: MessageEvent<CallShape>) => {
  self.postMessage(layOutCalls(data));
});
