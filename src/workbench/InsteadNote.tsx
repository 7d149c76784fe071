import { Alert } from '@grafana/ui';

interface Props {
  /** Whether the link names captures that cannot be made out. */
  readonly isCut: boolean;
  /** Whether no file that gclens was started with could be read. */
  readonly noneRead: boolean;
  /** Whether the sample is shown. */
  readonly isSample: boolean;
}

/** Says that what is shown is not what was asked for; nothing where it is. */
export function InsteadNote({ isCut, noneRead, isSample }: Props) {
  const reason = isCut
    ? 'The link names captures that this browser cannot find: it was cut, for what stands in it is no whole sha-256.'
    : 'None of the files that gclens was started with could be read.';
  return isCut || (noneRead && isSample) ? (
    <Alert severity="warning" title={reason}>
      {isSample
        ? 'Below is the bundled sample, a capture of a Go shop service.'
        : 'Below is what it names whole, or else what gclens was started with.'}
    </Alert>
  ) : null;
}
