import { Combobox } from '@grafana/ui';

import { parseSha256 } from '../capture';
import { type GclensDataSource, useCaptures } from '../datasource';
import type { CaptureRef } from '../frames';
import { groupCaptures } from './captureGroups';
import { sha256sOf } from './captureRefs';
import type { PageState } from './pageState';

type Baseline = PageState['baseline'];

interface Props {
  readonly datasource: GclensDataSource;
  /** What is shown: nothing is compared with itself. */
  readonly captures: readonly CaptureRef[];
  readonly baseline: Baseline;
  readonly onBaseline: (baseline: Baseline) => void;
}

const sample = { value: 'sample', label: 'Sample: a Go shop service' };

/** Chooses what the shown captures are compared with, of what this browser keeps. */
export function BaselinePicker({ datasource, captures, baseline, onBaseline }: Props) {
  const stored = useCaptures(datasource).captures ?? [];
  const shown = captures.some(({ by }) => by === 'sample') ? sample.value : valueOf(sha256sOf(captures));
  const groups = groupCaptures(stored).map((group) => ({
    value: valueOf(group.captures.map(({ sha256 }) => sha256)),
    label: group.captures.map(({ name }) => name).join(' + '),
    description: new Date(group.droppedAtMs).toLocaleString(),
  }));
  return (
    <Combobox
      aria-label="Compare with"
      placeholder="Compare with…"
      width={40}
      isClearable
      options={[sample, ...groups].filter(({ value }) => value !== shown)}
      value={baseline === undefined ? null : valueOf(baseline)}
      onChange={(option) => {
        onBaseline(option === null ? undefined : readValue(option.value));
      }}
    />
  );
}

/** The same captures have the same value, in whatever order. */
function valueOf(captures: readonly string[] | 'sample'): string {
  return captures === 'sample' ? captures : [...captures].sort().join(',');
}

function readValue(value: string): Baseline {
  return value === 'sample' ? 'sample' : value.split(',').flatMap((part) => parseSha256(part) ?? []);
}
