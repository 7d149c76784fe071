import type { DataFrame } from '@grafana/data';
import { Drawer } from '@grafana/ui';
import { useMemo } from 'react';

import type { CaptureRef, ViewQuery } from '../frames';
import type { GclensDataSource } from '../datasource';
import { Section } from './Section';
import { useEscape } from './useEscape';
import { useView } from './useView';
import { Waterfall } from './Waterfall';
import { buildSpanTree } from './spanTree';

interface Props {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  /** Its id, as the view `request` takes it. */
  readonly request: string;
  readonly onClose: () => void;
}

/** One request: its regions, waits, assists and the stop-the-worlds over it, as spans. */
export function RequestDrawer({ datasource, captures, request, onClose }: Props) {
  const query = useMemo((): ViewQuery => ({ version: 1, view: 'request', captures, query: request }), [captures, request]);
  const view = useView(datasource, 'request', query);
  useEscape(onClose);
  return (
    <Drawer title={`Request ${nameOf(view.frames) ?? request}`} subtitle={`id ${request}`} size="lg" onClose={onClose}>
      <Section
        title="Spans"
        evidence="What happened on its goroutine. Map spans say what they are known from; choose one for its evidence and stack."
        view={view}
        minHeight={240}
        isEmpty={hasNoRows}
        empty="This request is not in these captures."
      >
        {([frame]) => (frame === undefined ? null : <Waterfall frame={frame} />)}
      </Section>
    </Drawer>
  );
}

function nameOf(frames: readonly DataFrame[] | undefined): string | undefined {
  const frame = frames?.[0];
  return frame === undefined ? undefined : buildSpanTree(frame)[0]?.name;
}

function hasNoRows(frames: readonly DataFrame[]): boolean {
  return frames.every(({ length }) => length === 0);
}
