import { Alert } from '@grafana/ui';

import type { CaptureRef } from '../../frames';
import { selectors } from '../selectors';
import { secretParametersIn } from '../sources/secretParameters';

/** Says that a path of the query is a secret, who sees it, and where it belongs. */
export function SecretInPath({ refs }: { readonly refs: readonly CaptureRef[] }) {
  const names = new Set(refs.flatMap(pathOf).flatMap(secretParametersIn));
  if (names.size === 0) {
    return null;
  }
  const [name] = names;
  return (
    <div data-testid={selectors.queryEditor.secretInPath}>
      <Alert severity="warning" title={`This query holds a secret: ${[...names].join(', ')}`} topSpacing={0} bottomSpacing={0}>
        Whoever can see the dashboard, its JSON or the address of Explore can read it, and use it until it expires. Take {name} out of the
        path, and put its name and value into “Secret query parameter” of the data source: Grafana’s server adds it to each request then.
      </Alert>
    </div>
  );
}

function pathOf(ref: CaptureRef): string[] {
  return (ref.by === 'url' || ref.by === 'live') && ref.path !== undefined ? [ref.path] : [];
}
