import { css } from '@emotion/css';
import { Field, FieldSet, Input, Text } from '@grafana/ui';
import { useId, useState } from 'react';

import { parsePathPattern } from '../../../capture';
import { messageOf } from '../../messageOf';
import { selectors } from '../../selectors';
import { formatLabels, parseLabels } from '../../sources/labelText';
import type { SectionProps } from './ConfigEditor';
import { SizeSetting } from './LiveSection';

const labels = selectors.configEditor;
const list = css({ marginLeft: 16 });

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
      <Text element="h6">Stores that want more than a URL</Text>
      <ul className={list}>
        <li>A bucket that takes a bearer token or basic authentication: give it above, as a custom header with a secret value.</li>
        <li>
          A private bucket: Grafana signs with SigV4 for its own data sources alone (Prometheus, OpenSearch …). Put a server that signs
          before it, such as rclone serve http, and give its address.
        </li>
        <li>Presigned addresses of single objects: they work as paths of queries, their signature as the secret query parameter.</li>
        <li>
          WebDAV: Grafana’s proxy passes no PROPFIND. The server must list its folders by GET, too (Apache: Options +Indexes, nginx:
          autoindex on).
        </li>
      </ul>
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
