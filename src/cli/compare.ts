import Table from 'cli-table3';
import { type Command, Option } from 'commander';

import { compareCaptures, type ComparedMetric, type Comparison, figureText, joinedCaptures, valueText, verdictText } from '../correlate';
import { analyzeInputs, readInputs, reportCaptures, warnOfOtherProgram, withJoinOption } from './companions';
import { firstTrace, reportLeft } from './readTogether';
import { WrongUse } from './wrongUse';

interface CompareOptions {
  readonly baseline: readonly string[];
  readonly format: 'text' | 'json';
  readonly joinAnyway?: boolean;
}

/** `gclens compare AFTER… --baseline BEFORE…`: how two captures differ, and what of it is larger than the noise inside of them. */
export function registerCompare(program: Command): void {
  withJoinOption(program.command('compare'))
    .description('GC cycles, bytes, pauses, assists and map share of captures against a baseline, by second and by request')
    .argument('<files...>', 'execution trace and profiles of one process')
    .requiredOption('--baseline <files...>', 'what they are compared with: the same of another run')
    .addOption(new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'))
    .action(async (files: readonly string[], { baseline, format, joinAnyway = false }: CompareOptions) => {
      const now = firstTrace(await analyzeInputs(await readInputs(files, {}, baseline), { joinAnyway }));
      const before = firstTrace(await analyzeInputs(await readInputs(baseline, {}, files), { joinAnyway }));
      const comparison = compareCaptures(joinedCaptures(now.captures, joinAnyway), joinedCaptures(before.captures, joinAnyway));
      if (comparison.metrics.length === 0) {
        throw new WrongUse('these captures have no figure in common', { advice: comparison.missing.join(' ') });
      }
      for (const { captures, left } of [now, before]) {
        reportLeft(left);
        reportCaptures(captures, joinAnyway);
      }
      warnOfOtherProgram(now.captures, before.captures);
      process.stdout.write(format === 'json' ? `${JSON.stringify(comparison, null, 1)}\n` : comparisonText(comparison));
    });
}

function comparisonText(comparison: Comparison): string {
  const { metrics, missing } = comparison;
  const drawn = new Table({
    head: ['figure', 'baseline', 'captures', 'times', '95 % interval', 'verdict'],
    style: { head: [], border: [], compact: true },
  });
  drawn.push(
    ...metrics.map((metric) => [
      figureText(metric),
      valueText(metric.baseline, metric.unit) ?? '',
      valueText(metric.value, metric.unit) ?? '',
      metric.ratio === null ? '' : times(metric.ratio),
      intervalText(metric),
      verdictText(metric),
    ]),
  );
  const notes = [
    ...missing,
    'The interval is that of the ratio, from drawing slices of both traces anew; what else changed between the captures is not in it.',
  ];
  return `${describeSides(comparison)}\n${drawn.toString()}\n${notes.map((note) => `- ${note}`).join('\n')}\n`;
}

function describeSides({ baseline, value }: Comparison): string {
  const side = ({ names, wallNs, requests }: Comparison['value']) =>
    `${names.join(', ')}${wallNs === null ? '' : ` (${valueText(wallNs, 'ns') ?? ''}${requests === null || requests === 0 ? '' : `, ${Math.round(requests)} requests`})`}`;
  return `${side(value)} against ${side(baseline)}`;
}

function intervalText({ interval }: ComparedMetric): string {
  return interval === null ? '' : `${times(interval.low)} to ${times(interval.high)}`;
}

function times(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(3)));
}
