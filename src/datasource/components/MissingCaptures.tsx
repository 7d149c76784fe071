import { Alert } from '@grafana/ui';

import type { CaptureRef } from '../../frames';
import { shortSha256 } from '../describeQuery';
import { selectors } from '../selectors';
import type { StoredCaptures } from './useCaptures';

/** A capture that a query names by its hash. */
export type HashRef = Extract<CaptureRef, { by: 'sha256' }>;

/** Says which captures the browser that looks does not have, and what helps. */
export function MissingCaptures({ missing }: { readonly missing: readonly HashRef[] }) {
  return (
    <div data-testid={selectors.queryEditor.missingCapture}>
      <Alert severity="warning" title={missing.length === 1 ? 'A capture is not in this browser' : 'Captures are not in this browser'}>
        {missing.map((ref) => (
          <div key={ref.sha256}>
            {nameOf(ref)}, sha-256 <code>{ref.sha256}</code>
          </div>
        ))}
        Captures stay in the browser they were dropped in. Drop the same file here to see this query, or another one to replace it.
      </Alert>
    </div>
  );
}

/** Named captures that the store does not hold. */
export function missingCaptures(refs: readonly CaptureRef[], { captures }: StoredCaptures): HashRef[] {
  if (captures === undefined) {
    return [];
  }
  const held = new Set<string>(captures.map(({ sha256 }) => sha256));
  return refs.filter((ref): ref is HashRef => ref.by === 'sha256' && !held.has(ref.sha256));
}

export function nameOf({ name, sha256 }: HashRef): string {
  return name ?? shortSha256(sha256);
}
