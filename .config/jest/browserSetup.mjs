import { TextDecoder, TextEncoder } from 'node:util';

/** A channel of timers: Node's own would keep the test process alive as long as React listens to it. */
class MessageChannel {
  constructor() {
    const makePort = () => ({ onmessage: null, close() {}, postMessage() {} });
    this.port1 = makePort();
    this.port2 = makePort();
    const connect = (from, to) => {
      from.postMessage = (data) => setTimeout(() => to.onmessage?.({ data }));
    };
    connect(this.port1, this.port2);
    connect(this.port2, this.port1);
  }
}

class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

const matchMedia = (media) => ({ media, matches: false, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {} });

/** What browsers have and jsdom lacks, as far as @grafana/ui and gclens touch it. Nothing is added where tests run in plain Node. */
if (typeof window !== 'undefined') {
  for (const [name, value] of Object.entries({ MessageChannel, TextDecoder, TextEncoder, ResizeObserver, matchMedia })) {
    globalThis[name] ??= value;
  }
}
