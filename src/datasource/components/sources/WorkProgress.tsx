import { Button, LoadingBar, Stack, Text } from '@grafana/ui';

import type { Work } from './useWork';

/** What is going on, with a way to end it. */
export function WorkProgress({ work: { progress, cancel } }: { readonly work: Pick<Work<unknown>, 'progress' | 'cancel'> }) {
  if (progress === undefined) {
    return null;
  }
  return (
    <div role="status">
      <LoadingBar width={300} />
      <Stack direction="row" gap={1} alignItems="center">
        <Text color="secondary">
          {progress.stage}
          {progress.fraction > 0 && `, ${Math.round(progress.fraction * 100)} %`}
        </Text>
        <Button size="sm" variant="secondary" fill="text" onClick={cancel}>
          Cancel
        </Button>
      </Stack>
    </div>
  );
}
