import type { Profile } from '../../src/pprof';

/** Ids of the file, by row. */
interface Ids {
  readonly locations: readonly string[];
  readonly mappings: readonly string[];
}

/**
 * What `go tool pprof -raw` prints (google/pprof profile/profile.go, String): all that was decoded, so that nothing is decoded wrongly unseen.
 * @param ids ids by row; rows without one have the number of the row, counted from 1
 */
export function formatRaw(profile: Profile, ids: Ids = { locations: [], mappings: [] }): string {
  const { periodType, period, timeUnixNs, durationNs } = profile;
  return `${[
    ...profile.comments.map((comment) => `Comment: ${comment}`),
    ...(profile.docUrl === '' ? [] : [`Doc: ${profile.docUrl}`]),
    `PeriodType: ${periodType?.type ?? ''} ${periodType?.unit ?? ''}`,
    `Period: ${period}`,
    ...(timeUnixNs === 0n ? [] : [`Time: ${formatTime(timeUnixNs)}`]),
    ...(durationNs === 0 ? [] : [`Duration: ${formatDuration(durationNs)}`]),
    'Samples:',
    formatSampleTypes(profile),
    ...Array.from({ length: profile.samples.length }, (_, sample) => formatSample(profile, sample, ids)),
    'Locations',
    ...Array.from({ length: profile.locations.length }, (_, row) => formatLocation(profile, row, ids)),
    'Mappings',
    ...formatMappings(profile, ids),
  ].join('\n')}\n`;
}

function formatTime(unixNs: bigint): string {
  const fraction = String(unixNs % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const seconds = new Date(Number(unixNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
}

/** `%.4v` of Go's time.Duration: its text cut after four characters. */
function formatDuration(durationNs: number): string {
  const ns = Math.abs(durationNs);
  const [unit, factor] = ns < 1e3 ? ['ns', 1] : ns < 1e6 ? ['µs', 1e3] : ns < 1e9 ? ['ms', 1e6] : ['s', 1e9];
  const [hours, minutes] = [Math.floor(ns / 3600e9), Math.floor(ns / 60e9) % 60];
  const digits = String(Number(((ns < 60e9 ? ns : ns % 60e9) / factor).toFixed(9)));
  const text = `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${digits}${unit}`;
  return `${durationNs < 0 ? '-' : ''}${text}`.slice(0, 4);
}

function formatSampleTypes({ sampleTypes, defaultSampleTypeName }: Profile): string {
  return sampleTypes.map(({ type, unit }) => `${type}/${unit}${type === defaultSampleTypeName ? '[dflt]' : ''}`).join(' ');
}

function formatSample(profile: Profile, sample: number, ids: Ids): string {
  const { samples, stacks } = profile;
  const stack = samples.stack[sample]!;
  const values = samples.values.map((column, type) => ` ${String(samples.exactValues?.[type]?.[sample] ?? column[sample]).padStart(10)}`);
  const locations = stacks.location.subarray(stacks.locationStart[stack], stacks.locationStart[stack + 1]);
  const labels = formatLabels(profile, sample).map((line) => `\n                ${line}`);
  return `${values.join('')}: ${Array.from(locations, (row) => `${ids.locations[row] ?? row + 1} `).join('')}${labels.join('')}`;
}

/** A line of texts and one of numbers. */
function formatLabels({ samples, labels, strings }: Profile, sample: number): string[] {
  const texts = new Map<string, string[]>();
  const numbers = new Map<string, { numbers: number[]; units: string[] }>();
  for (let label = samples.labelStart[sample]!; label < samples.labelStart[sample + 1]!; label++) {
    const key = strings[labels.key[label]!]!;
    if (Number.isNaN(labels.number[label])) {
      texts.set(key, [...(texts.get(key) ?? []), strings[labels.text[label]!]!]);
    } else {
      const of = numbers.get(key) ?? { numbers: [], units: [] };
      of.numbers.push(labels.number[label]!);
      of.units.push(strings[labels.unit[label]!]!);
      numbers.set(key, of);
    }
  }
  const formatNumbers = ({ numbers: values, units }: { numbers: number[]; units: string[] }): string =>
    values.map((value, index) => (units.some((unit) => unit !== '') ? `${value} ${units[index]}` : String(value))).join(' ');
  return [
    Array.from(texts, ([key, values]) => `${key}:[${values.join(' ')}]`),
    Array.from(numbers, ([key, values]) => `${key}:[${formatNumbers(values)}]`),
  ].flatMap((line) => (line.length === 0 ? [] : [line.sort().join(' ')]));
}

function formatLocation({ locations, functions, strings, mappings }: Profile, row: number, ids: Ids): string {
  const mapping = mappings.length === 0 ? 0 : locations.mapping[row]!;
  const start = `${String(ids.locations[row] ?? row + 1).padStart(6)}: ${hex(locations.address[row]!)} ${mapping < 0 ? '' : `M=${ids.mappings[mapping] ?? mapping + 1} `}${locations.isFolded[row] === 1 ? '[F] ' : ''}`;
  const lines: string[] = [];
  for (let line = locations.lineStart[row]!; line < locations.lineStart[row + 1]!; line++) {
    const of = locations.lineFunction[line]!;
    const [name, systemName, file] = [functions.name, functions.systemName, functions.file].map((column) => strings[column[of]!]);
    const place = `${file}:${locations.lineNumber[line]}:${locations.lineColumn[line]} s=${functions.startLine[of]}`;
    lines.push(`${lines.length === 0 ? start : '             '}${name} ${place}${name === systemName ? '' : `(${systemName})`}`);
  }
  return lines.length === 0 ? start : lines.join('\n');
}

/** A profile without mappings has one that stands for the program, as the official tool gives it before it shows anything. */
function formatMappings({ mappings }: Profile, ids: Ids): string[] {
  if (mappings.length === 0) {
    return ['1: 0x0/0x0/0x0   '];
  }
  return mappings.map((mapping, row) => {
    const { hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames } = mapping;
    const known = [hasFunctions && '[FN]', hasFilenames && '[FL]', hasLineNumbers && '[LN]', hasInlineFrames && '[IN]'];
    const range = [mapping.start, mapping.limit, mapping.fileOffset].map(hex).join('/');
    return `${ids.mappings[row] ?? row + 1}: ${range} ${mapping.file} ${mapping.buildId} ${known.filter((flag) => flag !== false).join('')}`;
  });
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
