import type { CaptureInfo } from '../capture';
import { CaptureStore, type StoredCapture } from './store';

/** A store for tests of what lies around it; IndexedDB itself is tested with `CaptureStore`. Every file holds the same few bytes. */
export class MemoryStore extends CaptureStore {
  private readonly changed = new Set<() => void>();

  constructor(private stored: readonly StoredCapture[] = []) {
    super();
  }

  override list(): Promise<StoredCapture[]> {
    return Promise.resolve([...this.stored]);
  }

  override info(sha256: string): Promise<StoredCapture | undefined> {
    return Promise.resolve(this.stored.find((capture) => capture.sha256 === sha256));
  }

  override file(sha256: string): Promise<Blob | undefined> {
    return Promise.resolve(this.stored.some((capture) => capture.sha256 === sha256) ? new Blob(['bytes']) : undefined);
  }

  override put(info: CaptureInfo, _file: Blob, droppedAtMs = 0): Promise<void> {
    this.stored = [{ ...info, droppedAtMs }, ...this.stored];
    this.changed.forEach((listener) => {
      listener();
    });
    return Promise.resolve();
  }

  override subscribe(listener: () => void): () => void {
    this.changed.add(listener);
    return () => this.changed.delete(listener);
  }
}
