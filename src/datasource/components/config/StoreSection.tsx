import { Field, FieldSet, Input, Text } from '@grafana/ui';
import { useId, useState } from 'react';

import { parsePathPattern } from '../../../capture';
import { messageOf } from '../../messageOf';
import { selectors } from '../../selectors';
import { formatLabels, parseLabels } from '../../sources/labelText';
import type { SectionProps } from './ConfigEditor';
import { SizeSetting } from './LiveSection';

const labels = selectors.configEditor;

/** How paths of a store are read. */
export function StoreSection({ options, change }: SectionProps) {
  const id = useId();
  const [labelText, setLabelText] = useState(formatLabels(options.labels ?? {}));
  const written = parseLabels(labelText);
  const patternProblem = problemOf(options.glob);
  return (
    <FieldSet label="Paths in the store">
      <Field
        label={labels.glob}
        htmlFor={`${id}-glob`}
        description={
          <>
            {'{service}'} and other names in braces become labels, {'{time}'} is the time of a capture (ISO 8601 or Unix time); * is
            anything but a slash, ** anything, {'{a,b}'} either. Without {'{time}'} a time anywhere in the path counts, else when the file
            was written.
          </>
        }
        invalid={patternProblem !== undefined}
        error={patternProblem}
      >
        <Input
          id={`${id}-glob`}
          width={60}
          value={options.glob ?? ''}
          placeholder="{service}/{pod}/{time}.*"
          spellCheck={false}
          onChange={({ currentTarget }) => change({ glob: currentTarget.value === '' ? undefined : currentTarget.value })}
        />
      </Field>
      <Field
        label={labels.labels}
        htmlFor={`${id}-labels`}
        description="What labels of the path are where a query does not say, as globs: service=checkout, pod=web-*"
        invalid={written === undefined}
        error="Write name=value, several with commas between"
      >
        <Input
          id={`${id}-labels`}
          width={60}
          value={labelText}
          placeholder="service=checkout"
          spellCheck={false}
          onChange={({ currentTarget }) => {
            setLabelText(currentTarget.value);
            const next = parseLabels(currentTarget.value);
            if (next !== undefined) {
              change({ labels: Object.keys(next).length === 0 ? undefined : next });
            }
          }}
        />
      </Field>
      <SizeSetting options={options} change={change} />
      <Text variant="bodySmall" color="secondary">
        S3: a bucket that everybody may list and read, or one that takes a bearer token or basic authentication (above, as a custom header
        with a secret value). Grafana signs with SigV4 for its own data sources alone (Prometheus, OpenSearch …): before a private bucket
        put a server that signs, such as aws-sigv4-proxy or rclone serve http, and give its address here. Presigned addresses of single
        objects work as paths of queries, with their signature as the secret query parameter. WebDAV folders are read where the server also
        lists them by GET (Apache: Options +Indexes, nginx: autoindex on): Grafana’s proxy passes no PROPFIND.
      </Text>
    </FieldSet>
  );
}

function problemOf(glob: string | undefined): string | undefined {
  try {
    parsePathPattern(glob);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
