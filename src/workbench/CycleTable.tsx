import { type DataFrame, dateTimeFormat } from '@grafana/data';
import type { Column } from '@grafana/ui';
import { useCallback, useMemo } from 'react';

import { numbersOf, textsOf, valuesOf } from './columns';
import { Clipped, DataTable, Figure, RowButton } from './DataTable';
import { formatNs } from './format';

interface Props {
  readonly frame: DataFrame;
  readonly selected: number | undefined;
  readonly onCycle: (cycle: number) => void;
}

interface CycleRow {
  readonly cycle: number;
  readonly startMs: number;
  readonly durationNs: number;
  readonly stwNs: number;
  readonly assistNs: number;
  readonly mapRegionNs: number;
  readonly mapSamples: number;
  readonly samples: number;
  readonly trigger: string;
  readonly site: string;
  readonly isCut: boolean;
}

const sortBy = { id: 'cycle', desc: false };

/** The view `gcCycles`: what began each cycle, and what ran inside of it. */
export function CycleTable({ frame, selected, onCycle }: Props) {
  const rows = useMemo(() => cycleRows(frame), [frame]);
  const choose = useCallback(
    (choice: string) => {
      onCycle(Number(choice));
    },
    [onCycle],
  );
  return (
    <DataTable
      label="GC cycles"
      columns={columns}
      rows={rows}
      rowId={rowId}
      sortBy={sortBy}
      pageSize={12}
      selected={selected === undefined ? undefined : String(selected)}
      onChoose={choose}
    />
  );
}

const rowId = ({ cycle }: CycleRow) => String(cycle);

const columns: Column<CycleRow>[] = [
  {
    id: 'cycle',
    header: 'GC',
    sortType: 'number',
    disableGrow: true,
    cell: ({ row: { original } }) => (
      <RowButton choice={String(original.cycle)} label={`GC cycle ${original.cycle}`}>
        {original.cycle}
      </RowButton>
    ),
  },
  {
    id: 'startMs',
    header: 'at',
    sortType: 'number',
    disableGrow: true,
    cell: ({ row: { original } }) => <Figure muted>{dateTimeFormat(original.startMs, { format: 'HH:mm:ss.SSS' })}</Figure>,
  },
  figureColumn('durationNs', 'duration', ({ durationNs, isCut }) => `${isCut ? '> ' : ''}${formatNs(durationNs)}`),
  figureColumn('mapRegionNs', 'map regions', ({ mapRegionNs }) => formatNs(mapRegionNs)),
  figureColumn('mapSamples', 'map samples', ({ mapSamples, samples }) => `${mapSamples} of ${samples}`),
  figureColumn('assistNs', 'assists', ({ assistNs }) => formatNs(assistNs)),
  figureColumn('stwNs', 'stopped', ({ stwNs }) => formatNs(stwNs)),
  {
    id: 'site',
    header: 'started at',
    sortType: 'string',
    cell: ({ row: { original } }) => (
      <Clipped title={`${original.trigger} ${original.site}`}>
        {original.trigger === 'heap' ? '' : `${original.trigger} `}
        {original.site}
      </Clipped>
    ),
  },
];

function figureColumn(id: keyof CycleRow, header: string, format: (row: CycleRow) => string): Column<CycleRow> {
  return {
    id,
    header,
    sortType: 'number',
    sortDescFirst: true,
    disableGrow: true,
    cell: ({ row: { original } }) => <Figure>{format(original)}</Figure>,
  };
}

function cycleRows(frame: DataFrame): CycleRow[] {
  const numbers = (name: string) => numbersOf(frame, name);
  const [starts, durations, stops, assists] = [numbers('start'), numbers('durationNs'), numbers('stwNs'), numbers('assistNs')];
  const [regions, mapSamples, samples] = [numbers('mapRegionNs'), numbers('mapSamples'), numbers('samples')];
  const [triggers, sites, cuts] = [textsOf(frame, 'trigger'), textsOf(frame, 'site'), valuesOf(frame, 'cut')];
  return numbers('cycle').map((cycle, row) => ({
    cycle,
    startMs: starts[row] ?? 0,
    durationNs: durations[row] ?? 0,
    stwNs: stops[row] ?? 0,
    assistNs: assists[row] ?? 0,
    mapRegionNs: regions[row] ?? 0,
    mapSamples: mapSamples[row] ?? 0,
    samples: samples[row] ?? 0,
    trigger: triggers[row] ?? '',
    site: sites[row] ?? '',
    isCut: cuts[row] === true,
  }));
}
