/**
 * The first difference of two listings of events, null without.
 * @param tiesAreFree the official reader orders events of the same time at random (v1): then events of each thread and times have to be the same
 */
export function compareListing(expected: Buffer, actual: Buffer, tiesAreFree: boolean): string | null {
  if (expected.equals(actual)) {
    return null;
  }
  const [theirs, ours] = [expected.toString('latin1').split(/\n(?=M=)/), actual.toString('latin1').split(/\n(?=M=)/)];
  if (tiesAreFree && ours.length === theirs.length) {
    const timesDiffer = theirs.findIndex((event, index) => timeOf(event) !== timeOf(ours[index] ?? ''));
    if (timesDiffer === -1) {
      return compareByThread(theirs, ours);
    }
  }
  const at = theirs.findIndex((event, index) => event !== ours[index]);
  const index = at === -1 ? theirs.length : at;
  return `event ${index} of ${theirs.length} (gclens: ${ours.length}) is ${quote(theirs[index])}, gclens says ${quote(ours[index])}`;
}

function timeOf(event: string): string {
  return / Time=(-?\d+)/.exec(event)?.[1] ?? '';
}

function compareByThread(theirs: readonly string[], ours: readonly string[]): string | null {
  const [expected, actual] = [byThread(theirs), byThread(ours)];
  for (const [thread, events] of expected) {
    const others = actual.get(thread) ?? [];
    const at = events.findIndex((event, index) => event !== others[index]);
    if (at !== -1 || others.length !== events.length) {
      return `${thread}, its event ${at} is ${quote(events[at])}, gclens says ${quote(others[at])}`;
    }
  }
  return null;
}

/** Events of each thread without their times; those of no thread come in any order. */
function byThread(events: readonly string[]): Map<string, string[]> {
  const threads = new Map<string, string[]>();
  for (const event of events) {
    const thread = /^M=-?\d+/.exec(event)?.[0] ?? '';
    const text = event.trimEnd().replace(/ Time=-?\d+/, '');
    const key = thread === 'M=-1' ? text : thread;
    const known = threads.get(key);
    if (known === undefined) {
      threads.set(key, [text]);
    } else {
      known.push(text);
    }
  }
  return threads;
}

function quote(event: string | undefined): string {
  return event === undefined ? 'missing' : JSON.stringify(event.slice(0, 400));
}
