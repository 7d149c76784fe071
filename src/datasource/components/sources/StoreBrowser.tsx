import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, FilterInput, Input, Stack, Text, useStyles2 } from '@grafana/ui';
import { useEffect, useId, useState } from 'react';

import { encodePath, type Moment } from '../../../capture';
import type { CaptureRef, StoreRef } from '../../../frames';
import type { GclensDataSource } from '../../datasource';
import { selectors } from '../../selectors';
import { formatLabels, parseLabels } from '../../sources/labelText';
import type { ListedMoments } from '../../sources/storeCaptures';
import { formatBytes } from '../../storage';
import { useWork } from './useWork';
import { WorkProgress } from './WorkProgress';

interface Props {
  readonly datasource: GclensDataSource;
  /** What the query asks for already. */
  readonly value: StoreRef | undefined;
  readonly onChoose: (refs: CaptureRef[]) => void;
}

const labels = selectors.storeBrowser;
/** More is found by typing. */
const mostShown = 100;

/** The captures of the store behind the URL: those that a pattern names whenever the query runs, or the files of one moment. */
export function StoreBrowser({ datasource, value, onChoose }: Props) {
  const id = useId();
  const [glob, setGlob] = useState(value?.glob ?? '');
  const [labelText, setLabelText] = useState(formatLabels(value?.labels ?? {}));
  const [search, setSearch] = useState('');
  const { run, ...listing } = useWork<ListedMoments>();
  const written = parseLabels(labelText);
  const ref: Omit<StoreRef, 'pick'> = {
    by: 'store',
    ...(glob === '' ? {} : { glob }),
    ...(written === undefined || Object.keys(written).length === 0 ? {} : { labels: written }),
  };
  const [asked, setAsked] = useState<StoreRef>(value ?? { by: 'store', pick: 'latest' });
  useEffect(() => {
    run((options) => datasource.listStore(asked, options));
  }, [datasource, run, asked]);
  const list = () => {
    const next: StoreRef = { ...ref, pick: 'latest' };
    if (JSON.stringify({ ...asked, pick: 'latest' }) !== JSON.stringify(next) || listing.error !== undefined) {
      setAsked(next);
    }
  };
  const onKeyDown = ({ key }: { readonly key: string }) => {
    if (key === 'Enter') {
      list();
    }
  };
  return (
    <Stack direction="column" gap={2}>
      <Field
        label={labels.glob}
        htmlFor={`${id}-glob`}
        description="{service} and {time} are read from the path; * is anything but a slash"
        noMargin
      >
        <Input
          id={`${id}-glob`}
          value={glob}
          placeholder={datasource.files.settings.glob ?? '**'}
          spellCheck={false}
          onChange={({ currentTarget }) => setGlob(currentTarget.value)}
          onBlur={list}
          onKeyDown={onKeyDown}
        />
      </Field>
      <Field
        label={labels.labels}
        htmlFor={`${id}-labels`}
        description="What labels of the path must be; variables work: service=$service"
        invalid={written === undefined}
        error="Write name=value, several with commas between"
        noMargin
      >
        <Input
          id={`${id}-labels`}
          value={labelText}
          placeholder="service=checkout"
          spellCheck={false}
          onChange={({ currentTarget }) => setLabelText(currentTarget.value)}
          onBlur={list}
          onKeyDown={onKeyDown}
        />
      </Field>
      <Stack direction="row" gap={1} wrap="wrap">
        <Button disabled={written === undefined} icon="clock-nine" onClick={() => onChoose([{ ...ref, pick: 'range' }])}>
          {labels.pickRange}
        </Button>
        <Button variant="secondary" disabled={written === undefined} icon="arrow-up" onClick={() => onChoose([{ ...ref, pick: 'latest' }])}>
          {labels.pickLatest}
        </Button>
      </Stack>
      <WorkProgress work={listing} />
      {listing.error !== undefined && (
        <Alert severity="error" title={listing.error}>
          <Button size="sm" variant="secondary" onClick={list}>
            Try again
          </Button>
        </Alert>
      )}
      {listing.error === undefined && listing.result !== undefined && (
        <Moments listed={listing.result} search={search} onSearch={setSearch} onChoose={onChoose} />
      )}
    </Stack>
  );
}

interface MomentsProps {
  readonly listed: ListedMoments;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onChoose: (refs: CaptureRef[]) => void;
}

/** What the store has, newest first. */
function Moments({ listed: { moments, notices }, search, onSearch, onChoose }: MomentsProps) {
  const styles = useStyles2(getStyles);
  const found = moments.filter((moment) => moment.files.some(({ path }) => path.toLowerCase().includes(search.toLowerCase())));
  return (
    <>
      {notices.map(({ text }) => (
        <Alert key={text} severity="warning" title={text} />
      ))}
      {moments.length === 0 ? (
        <Text color="secondary">Nothing matches. Correct the pattern or the labels.</Text>
      ) : (
        <FilterInput value={search} onChange={onSearch} placeholder={`Search ${moments.length} moments`} aria-label={labels.search} />
      )}
      <ul aria-label={labels.moments} className={styles.list}>
        {found.slice(0, mostShown).map((moment) => (
          <li key={moment.files[0]?.path} className={styles.moment}>
            <div className={styles.texts}>
              <Text element="p">
                {moment.unixMs === 0 ? 'no time known' : dateTimeFormat(moment.unixMs)}
                {Object.keys(moment.labels).length > 0 && `, ${formatLabels(moment.labels)}`}
              </Text>
              {moment.files.map(({ path, sizeBytes }) => (
                <Text key={path} element="p" variant="bodySmall" color="secondary">
                  {path}
                  {sizeBytes !== null && `, ${formatBytes(sizeBytes)}`}
                </Text>
              ))}
            </div>
            <Button
              size="sm"
              variant="secondary"
              aria-label={labels.openMoment(moment.files[0]?.path ?? '')}
              onClick={() => onChoose(refsOf(moment))}
            >
              Open
            </Button>
          </li>
        ))}
      </ul>
      {found.length > mostShown && (
        <Text variant="bodySmall" color="secondary">
          {found.length - mostShown} more: search for a part of their paths.
        </Text>
      )}
    </>
  );
}

function refsOf({ files }: Moment): CaptureRef[] {
  return files.map(({ path }) => ({ by: 'url', path: encodePath(path) }));
}

function getStyles(theme: GrafanaTheme2) {
  return {
    list: css({ listStyle: 'none', display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    moment: css({
      display: 'flex',
      gap: theme.spacing(1),
      alignItems: 'flex-start',
      justifyContent: 'space-between',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      paddingBottom: theme.spacing(1),
    }),
    texts: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  };
}
