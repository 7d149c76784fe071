import { compareText, groupBy } from '../base';
import { framesOfStack, hideTypeArguments } from '../runtime';
import { mapStatSeries, type MapStatSeries } from './mapStats';
import type { MapWork } from './mapWork';
import { describeStack } from './stackSite';
import { inGcCycles } from './gcCover';

/**
 * A step of making a map larger: `start` decides and allocates (classic), `evacuate` moves entries two buckets at a time (classic), `grow` doubles a table, `split`
 * makes two of one, `rehash` is what both are called from, `to table` leaves the small map (Swiss).
 */
export type GrowthStep = 'start' | 'evacuate' | 'grow' | 'split' | 'rehash' | 'to table';

/** CPU samples of one step on one line. */
export interface GrowthSite {
  readonly step: GrowthStep;
  readonly line: string;
  readonly samples: number;
  /** Of them in the allocator or in an assist: the new tables' price. */
  readonly allocating: number;
  readonly inGc: number;
}

/** Growth of maps: by samples, and by what the program logs of its maps. */
export interface MapGrowth {
  readonly sites: readonly GrowthSite[];
  readonly samples: number;
  readonly series: readonly MapStatSeries[];
}

const steps: readonly (readonly [RegExp, GrowthStep])[] = [
  [/^internal\/runtime\/maps\.\(\*table\)\.split$/, 'split'],
  [/^internal\/runtime\/maps\.\(\*table\)\.grow$/, 'grow'],
  [/^internal\/runtime\/maps\.\(\*Map\)\.(?:growToTable|growToSmall)$/, 'to table'],
  [/^internal\/runtime\/maps\.\(\*(?:table|Map)\)\.(?:rehash|installTableSplit)$/, 'rehash'],
  [/^runtime\.(?:growWork|evacuate|advanceEvacuationMark)/, 'evacuate'],
  [/^runtime\.hashGrow/, 'start'],
];

/** Growth of the maps of a trace. Samples of a profile are not told apart by step, and logs are in traces only: empty without a trace. */
export function mapGrowth({ trace }: Pick<MapWork, 'trace'>): MapGrowth {
  if (trace === null) {
    return { sites: [], samples: 0, series: [] };
  }
  const { samples } = trace.facts;
  const described = new Map<number, { readonly step: GrowthStep; readonly line: string; readonly allocates: boolean } | null>();
  const isInGc = inGcCycles(trace.facts);
  const found: { readonly step: GrowthStep; readonly line: string; readonly allocates: boolean; readonly inGc: boolean }[] = [];
  for (let row = 0; row < samples.length; row++) {
    const stack = samples.stack[row] ?? 0;
    let growth = described.get(stack);
    if (growth === undefined) {
      growth = growthOf(trace, stack);
      described.set(stack, growth);
    }
    if (growth !== null) {
      found.push({ ...growth, inGc: isInGc(samples.timeNs[row] ?? 0) });
    }
  }
  const sites = [...groupBy(found, ({ step, line }) => `${step}\0${line}`).values()]
    .flatMap((own): GrowthSite[] => {
      const [first] = own;
      return first === undefined
        ? []
        : [
            {
              step: first.step,
              line: first.line,
              samples: own.length,
              allocating: own.filter(({ allocates }) => allocates).length,
              inGc: own.filter(({ inGc }) => inGc).length,
            },
          ];
    })
    .sort((a, b) => b.samples - a.samples || compareText(a.line, b.line));
  return { sites, samples: found.length, series: mapStatSeries(trace) };
}

function growthOf(
  { trace }: NonNullable<MapWork['trace']>,
  stack: number,
): { readonly step: GrowthStep; readonly line: string; readonly allocates: boolean } | null {
  const frames = framesOfStack(trace, stack);
  const names = frames.map((frame) => hideTypeArguments(frame.function));
  // The frame nearest to the leaf says most: a split is called by a rehash.
  for (const name of names) {
    const step = steps.find(([pattern]) => pattern.test(name))?.[1];
    if (step !== undefined) {
      const { mapOp, mapLine, allocates } = describeStack(frames);
      return mapOp === 'grow' ? { step, line: mapLine ?? '', allocates } : null;
    }
  }
  return null;
}
