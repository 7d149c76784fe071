import { z } from 'zod';

/** A capture that a message names. */
export interface NamedObject {
  /** Null where the message names a file of the source without a bucket. */
  readonly bucket: string | null;
  /** Keys that the message may mean, the likeliest first: stores differ in whether they percent-encode them. */
  readonly keys: readonly string[];
}

/** What a message of a queue says. */
export type CaptureEvent =
  | { readonly kind: 'created'; readonly objects: readonly NamedObject[] }
  /** Something else happened: a deletion, or the test event of a store that was just set up. */
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** As much of an S3 event notification as is read (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). */
const recordSchema = z.object({
  eventName: z.string(),
  s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

const eventSchema = z.object({ Records: z.array(z.unknown()) });
/** What stores publish when they are told where to publish. */
const testSchema = z.object({ Event: z.string() });

/** Longer messages are no names of captures. */
const maxBytes = 2 ** 20;

/**
 * Reads a message: an S3 event as object stores publish it (versitygw, MinIO, AWS), or names of files of the source as text, one a line.
 * @param data the message as it came
 */
export function readCaptureEvent(data: Uint8Array): CaptureEvent {
  const text = data.length > maxBytes ? null : decode(data);
  if (text === null) {
    return { kind: 'unreadable', reason: 'the message is neither an S3 event nor names of files' };
  }
  if (!/^\s*\{/.test(text)) {
    const names = text.split('\n').map((line) => line.trim());
    const objects = names.filter((name) => name !== '').map((name) => ({ bucket: null, keys: [name] }));
    return objects.length === 0 ? { kind: 'unreadable', reason: 'the message is empty' } : { kind: 'created', objects };
  }
  const json = parseJson(text);
  const event = eventSchema.safeParse(json).data;
  if (event === undefined) {
    const test = testSchema.safeParse(json).data;
    return test === undefined
      ? { kind: 'unreadable', reason: 'the message is JSON, but no S3 event' }
      : { kind: 'other', what: test.Event };
  }
  const read = event.Records.map((record) => recordSchema.safeParse(record).data);
  if (read.some((record) => record === undefined)) {
    return { kind: 'unreadable', reason: 'a record of the S3 event names no bucket or no object' };
  }
  const created = read.filter((record) => record !== undefined).filter(({ eventName }) => /\bObjectCreated\b/.test(eventName));
  return created.length === 0
    ? { kind: 'other', what: read[0]?.eventName ?? 'an event without records' }
    : { kind: 'created', objects: created.map(({ s3 }) => ({ bucket: s3.bucket.name, keys: keysOf(s3.object.key) })) };
}

/** AWS and MinIO write keys as forms do, with + for a space; versitygw writes them as they are. */
function keysOf(key: string): string[] {
  try {
    return [...new Set([decodeURIComponent(key.replace(/\+/g, ' ')), key])];
  } catch {
    return [key];
  }
}

function decode(data: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
