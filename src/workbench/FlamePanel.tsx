import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { FlameGraph } from '@grafana/flamegraph';
import { Button, useStyles2, useTheme2 } from '@grafana/ui';
import { memo, useCallback, useEffect, useMemo, useState } from 'react';

import { type GclensDataSource, SelectorField } from '../datasource';
import type { CaptureRef, ViewQuery } from '../frames';
import { CountField } from './CountField';
import { drawnInSight } from './drawnInSight';
import { noticesOf } from './notices';
import { SampleTypePicker } from './SampleTypePicker';
import { Section } from './Section';
import { useView } from './useView';

interface Props {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  readonly cycle: number | undefined;
  readonly selector: string | undefined;
  readonly sampleType: string | undefined;
  readonly onSelector: (selector: string) => void;
  readonly onSampleType: (sampleType: string) => void;
  readonly onAllCycles: () => void;
}

/** Grafana's flame graph over the view `flame`: which samples, filtered by labels and by the chosen cycle. */
export const FlamePanel = memo(function FlamePanel(props: Props) {
  const { datasource, captures, cycle, selector, sampleType, onAllCycles } = props;
  const styles = useStyles2(getStyles);
  const [maxNodes, setMaxNodes] = useState<number>();
  const query = useMemo(
    (): ViewQuery => ({ version: 1, view: 'flame', captures, selector, sampleType, cycle, maxNodes }),
    [captures, selector, sampleType, cycle, maxNodes],
  );
  const view = useView(datasource, 'flame', query);
  const frame = view.frames?.[0];
  return (
    <Section
      title="Flame graph"
      evidence={frame === undefined ? ' ' : describeFlame(frame)}
      view={view}
      minHeight={560}
      isEmpty={(frames) => frames.length === 0}
      empty="There are no samples in these captures."
      actions={
        <>
          {cycle !== undefined && (
            <Button size="sm" variant="secondary" icon="times" onClick={onAllCycles}>
              only GC cycle {cycle}
            </Button>
          )}
          <SampleTypePicker frame={frame} onChange={props.onSampleType} />
          <CountField label="Max nodes" onChange={setMaxNodes} />
          <div className={styles.selector}>
            <SelectorBox datasource={datasource} captures={captures} selector={selector ?? ''} onSelector={props.onSelector} />
          </div>
        </>
      }
    >
      {([shown]) => (
        <div data-testid="flame graph" className={styles.graph}>
          <Graph frame={shown} />
        </div>
      )}
    </Section>
  );
});

/** Rendered again for another frame only: it draws and measures much. */
const Graph = memo(function Graph({ frame }: { readonly frame: DataFrame | undefined }) {
  const theme = useTheme2();
  const getTheme = useCallback(() => theme, [theme]);
  return <FlameGraph data={frame} getTheme={getTheme} showAnalyzeWithAssistant={false} />;
});

/** The name of what is drawn, and what was left out of it. */
function describeFlame(frame: DataFrame): string {
  return [frame.name ?? '', ...noticesOf([frame]).map(({ text }) => text)].join(' · ');
}

interface SelectorBoxProps {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  readonly selector: string;
  readonly onSelector: (selector: string) => void;
}

/** The data source's own selector field; what is typed counts when it is complete. */
function SelectorBox({ datasource, captures, selector, onSelector }: SelectorBoxProps) {
  const [text, setText] = useState(selector);
  useEffect(() => {
    setText(selector);
  }, [selector]);
  return (
    <SelectorField
      value={text}
      loadLabels={() => datasource.labels({ refId: 'labels', version: 1, view: 'labels', captures })}
      onChange={setText}
      onCommit={() => {
        onSelector(text);
      }}
    />
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    selector: css({ width: 380, maxWidth: '100%', position: 'relative', zIndex: 2 }),
    graph: css({ minHeight: 560, ...drawnInSight(840), '& canvas': { borderRadius: theme.shape.radius.default } }),
  };
}
