import { TextDecoder, TextEncoder } from 'node:util';

/** A channel of timers: Node's own would keep the test process alive as long as React listens to it. */
class MessageChannel {
  port1 = makePort();
  port2 = makePort();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

function makePort() {
  return {
    peer: undefined,
    onmessage: null,
    close() {},
    postMessage(data) {
      setTimeout(() => this.peer.onmessage?.({ data }));
    },
  };
}

class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

class IntersectionObserver extends ResizeObserver {}

const matchMedia = (media) => ({
  media,
  matches: false,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {},
});

/** What browsers have and jsdom lacks, as far as @grafana/ui and gclens touch it. Nothing is added where tests run in plain Node. */
if (typeof window !== 'undefined') {
  for (const [name, value] of Object.entries({
    MessageChannel,
    TextDecoder,
    TextEncoder,
    ResizeObserver,
    IntersectionObserver,
    matchMedia,
  })) {
    globalThis[name] ??= value;
  }
  // jsdom draws nothing: a context that only measures, every character eight pixels wide.
  HTMLCanvasElement.prototype.getContext = () => ({ font: '', measureText: (text) => ({ width: 8 * text.length }) });
}
