import type { DataFrame } from '@grafana/data';
import type { Column } from '@grafana/ui';
import { useMemo } from 'react';

import { CostBar, CostLegend } from './CostBar';
import { DataTable, Figure, RowButton } from './DataTable';
import { formatNs, formatShare } from './format';
import { type RequestRow, costsOf, requestRows } from './requestRows';

interface Props {
  readonly frame: DataFrame;
  readonly selected: string | undefined;
  readonly onRequest: (request: string) => void;
}

const sortBy = { id: 'gcTaxNs', desc: true };
const rowId = ({ key }: RequestRow) => key;

/** The view `requests`: who paid most to the GC, and with what. */
export function RequestTable({ frame, selected, onRequest }: Props) {
  const rows = useMemo(() => requestRows(frame), [frame]);
  const costs = useMemo(() => costsOf(frame), [frame]);
  const columns = useMemo(
    (): Column<RequestRow>[] => [
      {
        id: 'type',
        header: 'request',
        sortType: 'string',
        cell: ({ row: { original } }) => (
          <RowButton choice={original.request} label={`${original.type} ${original.request}`}>
            {original.type}
          </RowButton>
        ),
      },
      {
        id: 'gcTaxNs',
        header: 'GC tax',
        sortType: 'number',
        sortDescFirst: true,
        disableGrow: true,
        cell: ({ row: { original } }) => <Figure>{known(original.gcTaxNs, formatNs)}</Figure>,
      },
      {
        id: 'gcTaxShare',
        header: '%',
        sortType: 'number',
        sortDescFirst: true,
        disableGrow: true,
        cell: ({ row: { original } }) => <Figure muted>{known(original.gcTaxShare, formatShare)}</Figure>,
      },
      {
        id: 'durationNs',
        header: 'duration',
        sortType: 'number',
        sortDescFirst: true,
        disableGrow: true,
        cell: ({ row: { original } }) => (
          <Figure>
            {original.isCut ? '> ' : ''}
            {formatNs(original.durationNs)}
          </Figure>
        ),
      },
      { id: 'costs', header: 'where the time went', cell: ({ row: { original } }) => <CostBar costs={costs} values={original.costs} /> },
      {
        id: 'request',
        header: 'id',
        sortType: 'string',
        disableGrow: true,
        cell: ({ row: { original } }) => (
          <Figure muted>
            <span title={original.idSource === '' ? 'the task’s own number: it carries no id' : `from ${original.idSource}`}>
              {original.request}
            </span>
          </Figure>
        ),
      },
    ],
    [costs],
  );
  return (
    <>
      <CostLegend costs={costs} />
      <DataTable
        label="Requests by GC tax"
        columns={columns}
        rows={rows}
        rowId={rowId}
        sortBy={sortBy}
        pageSize={11}
        selected={selected}
        onChoose={onRequest}
      />
    </>
  );
}

function known(value: number, format: (value: number) => string): string {
  return Number.isNaN(value) ? '–' : format(value);
}
