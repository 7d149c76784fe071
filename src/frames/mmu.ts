import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { MmuCurve, MutatorUtilisation } from '../runtime';
import { noCyclesNotice } from './emptyNotice';
import { type FrameDraft, numberField } from './makeFrame';
import { likeGoToolTrace, type ViewQuery } from './query';

/**
 * Minimum mutator utilisation: for windows from short to long, the least share of all Ps, and of one P, that the program had in any window of that length. The
 * first column is the axis of a trend panel, rising; windows are those that `go tool trace` draws for both.
 */
export function mmuFrame({ trace, facts }: AnalyzedTrace, { sampleType }: ViewQuery): FrameDraft {
  const asTool = sampleType === likeGoToolTrace;
  const utilisation = new MutatorUtilisation(trace, facts);
  const curveOf = (perProc: boolean) => new MmuCurve(utilisation.series({ perProc, likeGoToolTrace: asTool }));
  const [system, perProc] = [curveOf(false), curveOf(true)];
  const drawn = [...system.draw(), ...perProc.draw()].map(({ windowNs }) => windowNs).filter((windowNs) => windowNs > 1);
  const windowsNs = [...new Set(drawn)].sort((a, b) => a - b);
  const worst = windowsNs.map((windowNs) => system.least(windowNs));
  return {
    name: 'minimum mutator utilisation',
    meta: { preferredVisualisationPluginId: 'trend' },
    notices: noticesOf(facts, windowsNs.length, asTool),
    fields: [
      numberField('window', windowsNs, { unit: 'ns', description: 'Length of the window' }),
      numberField(
        'all Ps',
        worst.map((least) => least.utilisation),
        {
          unit: 'percentunit',
          min: 0,
          max: 1,
          color: { mode: 'fixed', fixedColor: 'green' },
          description: 'The least share of all Ps that the program had in a window of this length',
        },
      ),
      numberField(
        'one P',
        windowsNs.map((windowNs) => perProc.least(windowNs).utilisation),
        {
          unit: 'percentunit',
          min: 0,
          max: 1,
          color: { mode: 'fixed', fixedColor: 'orange' },
          description: 'The same of the P that had the least: what a goroutine may meet. Dedicated mark workers do not count here',
        },
      ),
      numberField(
        'worst window begins',
        worst.map(({ startNs }) => startNs - facts.startNs),
        {
          unit: 'ns',
          description: 'Where the worst window of all Ps is, since the start of the trace',
          custom: { hideFrom: { viz: true, legend: true, tooltip: false } },
        },
      ),
    ],
  };
}

function noticesOf({ gcCycles }: AnalyzedTrace['facts'], points: number, asTool: boolean): Notice[] {
  if (points === 0) {
    return [
      {
        severity: 'warning',
        text: 'The trace does not say how many Ps there were: no utilisation can be drawn. Record it again and let it stop by itself.',
      },
    ];
  }
  return [
    ...noCyclesNotice(gcCycles),
    {
      severity: 'info',
      text: asTool
        ? 'Counted as go tool trace of Go 1.22 to 1.26 counts: a mark worker’s second and each later run counts twice, and its P is taken for lost from then on; the curve ends where all of them are.'
        : `A P is taken from the program while the GC stops the world, a mark assist runs on it, or a mark worker. Each run of a worker counts once; go tool trace counts later ones twice and shows less: sample type “${likeGoToolTrace}” does so too.`,
    },
  ];
}
