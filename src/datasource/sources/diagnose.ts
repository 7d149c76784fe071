import { isAbort } from '../../base';
import { findPprofIndex, listFiles, listingKindNames, parsePathPattern, type PprofIndex, readStart, request } from '../../capture';
import { messageOf } from '../messageOf';
import { askedOf, type Connection } from './connection';
import { describeListing, type ListedMoments } from './storeCaptures';

/** What a data source's URL turned out to be. */
export interface Diagnosis {
  readonly isGood: boolean;
  /** Sentences. */
  readonly text: string;
}

/** Long enough for a header, short enough to disturb nobody. */
const shortestTrace = 'trace?seconds=0.02';

/**
 * Looks at what a live service answers: whether it is net/http/pprof, and whose trace format it records. Never throws.
 */
export async function diagnoseLive(connection: Connection, signal?: AbortSignal): Promise<Diagnosis> {
  try {
    const index = await findPprofIndex(connection.ask, askedOf(connection), pathsOf(connection), signal);
    if (index === undefined) {
      return await diagnoseOther(connection);
    }
    const { text, isGood } = await diagnoseTrace(connection, index, signal);
    const { seconds, timeoutSeconds } = connection.settings;
    const where = index.path === '' ? 'The URL is' : `Below the URL, at ${index.path}, is`;
    const timeout =
      seconds < timeoutSeconds
        ? ''
        : ` Live captures take ${seconds} s, but Grafana waits only ${timeoutSeconds} s for an answer: raise “Timeout” to ${seconds + 10}.`;
    const isWide = index.path !== '';
    return {
      isGood: isGood && timeout === '',
      text: `${where} net/http/pprof with ${index.profiles.length} profiles. ${text}${timeout}${isWide ? ' Everything else of this port can be asked through Grafana too: end the URL in /debug/pprof to narrow that.' : ''}`,
    };
  } catch (error) {
    return { isGood: false, text: `${messageOf(error)}.` };
  }
}

/** Undefined where the settings leave it open. */
function pathsOf({ settings: { pprofPath } }: Connection): readonly string[] | undefined {
  return pprofPath === undefined ? undefined : [pprofPath];
}

async function diagnoseTrace(connection: Connection, { path }: PprofIndex, signal: AbortSignal | undefined): Promise<Diagnosis> {
  const asked = { ...askedOf(connection), name: 'trace' };
  try {
    const { answer } = await request(
      connection.ask,
      { method: 'GET', path: path === '' ? shortestTrace : `${path}/${shortestTrace}`, signal },
      asked,
    );
    const head = new TextDecoder('latin1').decode(await readStart(answer, 16));
    const [, version] = /^go (1\.\d+) trace/.exec(head) ?? [];
    return version === undefined
      ? { isGood: false, text: 'It answers something else than an execution trace when asked for one.' }
      : { isGood: true, text: `It records execution traces in the format of Go ${version}.` };
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return { isGood: false, text: `It records no execution trace now: ${messageOf(error)}.` };
  }
}

/** The page of net/http/pprof is not there: perhaps it is a store. */
async function diagnoseOther(connection: Connection): Promise<Diagnosis> {
  try {
    const { kind } = await listFiles(connection.ask, parsePathPattern('*'), askedOf(connection), { maxAnswers: 1 });
    return { isGood: false, text: `The URL is ${listingKindNames[kind]}, not a running program: choose “Store” as the source.` };
  } catch {
    return {
      isGood: false,
      text: 'The page of net/http/pprof is neither at the URL nor at debug/pprof below it. Import net/http/pprof in the service and serve http.DefaultServeMux, or correct the URL; a service that serves only some profiles can be used all the same.',
    };
  }
}

/** Looks at what a store answers. Never throws. @param list lists it with the pattern of the settings */
export async function diagnoseStore(connection: Connection, list: () => Promise<ListedMoments>): Promise<Diagnosis> {
  try {
    const listed = await list();
    const [notice] = listed.notices;
    const files = listed.moments.length;
    const text = `${describeListing(listed)}.${notice === undefined ? '' : ` ${notice.text}`}`;
    return files > 0 ? { isGood: true, text } : { isGood: false, text: `${text} Correct the path pattern.` };
  } catch (error) {
    const index = await findPprofIndex(connection.ask, askedOf(connection)).catch(() => undefined);
    return {
      isGood: false,
      text:
        index === undefined
          ? `${messageOf(error)}.`
          : 'The URL is net/http/pprof of a running program, not a store: choose “Live service” as the source.',
    };
  }
}
