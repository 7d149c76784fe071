import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, memo, useId, useMemo, useRef, useState } from 'react';

import type { GclensDataSource } from '../datasource';
import { type CaptureRef, describeView, type View, type ViewQuery, views } from '../frames';
import { BaselinePicker } from './BaselinePicker';
import { refsOfCaptures } from './captureRefs';
import { CountField } from './CountField';
import { FurtherView } from './FurtherView';
import { noticesOf } from './notices';
import type { PageState } from './pageState';
import { SampleTypePicker } from './SampleTypePicker';
import { Section } from './Section';
import { useView, type ViewState } from './useView';

interface Props {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  readonly state: PageState;
  readonly go: (change: Partial<PageState>) => void;
  /** Frames of the page whose notices are read above. */
  readonly above: readonly DataFrame[];
}

/** Views that have no place of their own on the page, in the order in which they are offered. */
const furtherViews: readonly View[] = views.filter((view) => describeView(view).isFurther === true);
const panelId = 'further-view';

/**
 * All further views, one at a time, as tabs; what is chosen above (a cycle, a part of the timeline, a request) holds here too. Without a trace those that show
 * profiles.
 */
export const FurtherViews = memo(function FurtherViews({ hasTrace, ...props }: Props & { readonly hasTrace: boolean }) {
  const styles = useStyles2(getStyles);
  const titleId = useId();
  const bar = useRef<HTMLDivElement>(null);
  const { state, go } = props;
  const offered = furtherViews.filter((view) => hasTrace || describeView(view).needsTrace !== true);
  const shown = offered.find((view) => view === state.view) ?? offered[0];
  const choose = (view: View) => {
    go({ view });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined || shown === undefined ? undefined : offered.at((offered.indexOf(shown) + step) % offered.length);
    if (next !== undefined) {
      event.preventDefault();
      choose(next);
      bar.current?.querySelectorAll<HTMLElement>('[role="tab"]')[offered.indexOf(next)]?.focus();
    }
  };
  return (
    <section className={styles.area} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        More views
      </h2>
      <div ref={bar} role="presentation" className={styles.tabs} onKeyDown={onKeyDown}>
        <TabsBar>
          {offered.map((view) => (
            <Tab
              key={view}
              label={describeView(view).label}
              active={view === shown}
              aria-controls={panelId}
              tabIndex={view === shown ? 0 : -1}
              onChangeTab={() => {
                choose(view);
              }}
            />
          ))}
        </TabsBar>
      </div>
      <div id={panelId} role="tabpanel" aria-label={shown === undefined ? undefined : describeView(shown).label}>
        {shown !== undefined && <ShownView key={shown} view={shown} {...props} />}
      </div>
    </section>
  );
});

type ShownProps = Props & { readonly view: View };

function ShownView({ view, datasource, captures, state, go, above }: ShownProps) {
  const { cycle, request, range, baseline } = state;
  const { label, description, takes, sampleTypes } = describeView(view);
  const [sampleType, setSampleType] = useState<string>();
  const [limit, setLimit] = useState<number>();
  const [maxNodes, setMaxNodes] = useState<number>();
  const compares = takes.includes('baseline');
  const waitsForBaseline = view === 'compare' && baseline === undefined;
  const query = useMemo<ViewQuery>(
    () => ({
      version: 1,
      view,
      captures,
      ...(compares && baseline !== undefined ? { baseline: refsOfCaptures(baseline) } : {}),
      ...(cycle !== undefined && takes.includes('cycle') ? { cycle } : {}),
      ...(request !== undefined && takes.includes('query') ? { query: request } : {}),
      sampleType,
      limit,
      maxNodes,
    }),
    [view, captures, cycle, request, takes, compares, baseline, sampleType, limit, maxNodes],
  );
  const known = new Set(noticesOf(above).map(({ text }) => text));
  const answer = useView(datasource, 'further', waitsForBaseline ? undefined : query, range);
  const picker = compares && (
    <BaselinePicker
      datasource={datasource}
      captures={captures}
      baseline={baseline}
      onBaseline={(chosen) => {
        go({ baseline: chosen });
      }}
    />
  );
  const options = (
    <>
      {takes.includes('sampleType') && (
        <SampleTypePicker frame={answer.frames?.[0]} known={sampleTypes} chosen={sampleType} onChange={setSampleType} />
      )}
      {takes.includes('limit') && <CountField label="Limit" onChange={setLimit} />}
      {takes.includes('maxNodes') && <CountField label="Max nodes" onChange={setMaxNodes} />}
      {picker}
    </>
  );
  if (waitsForBaseline) {
    return (
      <Section
        title={label}
        evidence={description}
        view={nothingAsked}
        minHeight={120}
        isEmpty={hasNothing}
        empty={noBaseline}
        actions={picker}
      >
        {() => null}
      </Section>
    );
  }
  return (
    <Section
      title={label}
      evidence={describe(description, ownNotices(answer.frames, known))}
      view={answer}
      minHeight={320}
      isEmpty={hasNothing}
      empty={ownNotices(answer.frames, known)[0] ?? 'This capture holds nothing of that.'}
      actions={options}
    >
      {(frames) => <FurtherView view={view} frames={frames} state={state} go={go} />}
    </Section>
  );
}

/** A view that is not asked before there is something to compare with. */
const nothingAsked: ViewState = { frames: [], loading: false, error: undefined, progress: undefined };
const noBaseline =
  'Choose what to compare with: captures of the time before a change, or of the other way to do it. Drop their files on the page first.';

function hasNothing(frames: readonly DataFrame[]): boolean {
  return frames.every(({ length }) => length === 0);
}

/** What a reader must know of this answer and has not read above: what is missing and how to record it, what is folded. */
function ownNotices(frames: readonly DataFrame[] = [], known: ReadonlySet<string>): string[] {
  return noticesOf(frames)
    .map(({ text }) => text)
    .filter((text) => !known.has(text));
}

function describe(description: string, notices: readonly string[]) {
  return (
    <>
      {description}
      {notices.map((text) => (
        <div key={text}>{text}</div>
      ))}
    </>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    title: css({ margin: theme.spacing(1, 0, 0), fontSize: theme.typography.h4.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    // All tabs are seen, on narrow pages in several rows.
    tabs: css({ '& [role="tablist"]': { flexWrap: 'wrap', height: 'auto' } }),
    area: css({ minWidth: 0, display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  };
}
