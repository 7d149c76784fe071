import { topRows, usualTopFractions } from '../pprof';
import { chooseProfile } from './chosenProfile';
import { emptyNotice } from './emptyNotice';
import { grafanaUnit } from './grafanaUnit';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import type { Sources } from './sources';
import { firstRows, TableColumns } from './tableFrame';

const defaultLimit = 500;

/** Functions by their own value: rows, numbers and order of `go tool pprof -top`. */
export function topFrame(sources: Sources, query: ViewQuery): FrameDraft {
  const { profile, sampleType, sampleFilter, title, sampleTypeName, sampleTypeNames, notices } = chooseProfile(sources, query);
  const { rows, total, droppedRows } = topRows(profile, { sampleType, sampleFilter, ...usualTopFractions });
  const { unit, factor } = grafanaUnit(profile.sampleTypes[sampleType]?.unit ?? '');
  const { shown, notices: cut } = firstRows(rows, query.limit ?? defaultLimit, 'functions');
  const share = (value: number) => (total === 0 ? null : value / total);
  let sum = 0;
  const sums = shown.map(({ flat }) => (sum += flat));
  const dropped =
    droppedRows === 0 ? [] : [{ severity: 'info', text: `${droppedRows} functions below half a percent are left out.` } as const];
  return new TableColumns(shown.map((row, k) => ({ ...row, sum: sums[k] ?? 0 })))
    .text('function', ({ name }) => name, {})
    .number('flat', ({ flat }) => flat * factor, { unit, description: 'In the function itself' })
    .share('flatShare', ({ flat }) => share(flat), { displayName: 'flat %' })
    .share('sumShare', ({ sum: upTo }) => share(upTo), { displayName: 'sum %', description: 'Of this function and those above it' })
    .number('cum', ({ cum }) => cum * factor, { unit, description: 'In the function and in what it calls' })
    .share('cumShare', ({ cum }) => share(cum), { displayName: 'cum %' })
    .text('inlined', ({ inlined }) => (inlined === 'none' ? null : inlined), {
      description: 'Whether its callers inlined it: all or some of them',
    })
    .draft(title, [...notices, ...emptyNotice(rows.length, 'sample', query), ...cut, ...dropped], {
      total: total * factor,
      unit,
      sampleType: sampleTypeName,
      sampleTypes: sampleTypeNames,
    });
}
