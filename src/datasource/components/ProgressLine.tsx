import { LoadingBar, Text } from '@grafana/ui';
import { useEffect, useState } from 'react';

import type { GclensDataSource, QueryProgress } from '../datasource';

interface Props {
  readonly datasource: GclensDataSource;
  readonly refId: string;
}

/** What the worker is doing for a query that runs. Large traces take seconds; small ones are done before this says anything. */
export function ProgressLine({ datasource, refId }: Props) {
  const [progress, setProgress] = useState<QueryProgress>();
  useEffect(() => {
    const subscription = datasource.progress.subscribe((next) => {
      if (next.refId === refId) {
        setProgress(next);
      }
    });
    return () => {
      subscription.unsubscribe();
    };
  }, [datasource, refId]);
  if (progress === undefined) {
    return null;
  }
  return (
    <div role="status">
      <LoadingBar width={240} />
      <Text variant="bodySmall" color="secondary">
        {progress.stage}, {Math.round(progress.fraction * 100)} %
      </Text>
    </div>
  );
}
