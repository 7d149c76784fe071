import { type DataFrame, FieldColorModeId, type TimeRange, applyFieldOverrides, dateTime } from '@grafana/data';
import { LegendDisplayMode, type VizLegendOptions } from '@grafana/schema';
import { TimeSeries, type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';

import type { TimeSpan } from './pageState';
import { TimelineRegions } from './TimelineRegions';
import { TimelineTooltip } from './TimelineTooltip';
import { type TimelineRegion, seriesOf } from './regions';
import { useWidth } from './useWidth';

interface Props {
  readonly frames: readonly DataFrame[];
  readonly regions: readonly TimelineRegion[];
  readonly shown: TimeSpan;
  /** What is right of this is not read yet. */
  readonly readToMs: number | undefined;
  readonly selectedCycle: number | undefined;
  readonly onZoom: (span: TimeSpan) => void;
  readonly onCycle: (seq: number) => void;
  readonly height: number;
}

const legend: VizLegendOptions = { displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [] };

/** The browser's. Grafana would look for one that is UTC among all that it knows, for as long as all else here takes. */
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone === 'UTC' ? 'utc' : 'browser';

/** Grafana's time series over the view `gcMap`: series as lines and steps, GC cycles and stop-the-worlds as regions behind them. */
export function Timeline({ frames, regions, shown, readToMs, selectedCycle, onZoom, onCycle, height }: Props) {
  const theme = useTheme2();
  const [element, width] = useWidth<HTMLDivElement>();
  const series = useMemo(
    () =>
      applyFieldOverrides({
        data: seriesOf(frames).map(withColors),
        fieldConfig: { defaults: { custom: { lineWidth: 1, showPoints: 'never' } }, overrides: [] },
        replaceVariables: (text) => text,
        theme,
        timeZone,
      }),
    [frames, theme],
  );
  const timeRange = useMemo(() => timeRangeOf(shown), [shown]);
  return (
    <div ref={element} style={{ height }} data-testid="timeline" data-from={shown.fromMs} data-to={shown.toMs}>
      {width > 0 && (
        <TimeSeries
          frames={series}
          structureRev={1}
          width={width}
          height={height}
          timeRange={timeRange}
          timeZone={timeZone}
          legend={legend}
        >
          {(config: UPlotConfigBuilder, aligned: DataFrame) => (
            <>
              <TimelineRegions config={config} regions={regions} readToMs={readToMs} selectedCycle={selectedCycle} onCycle={onCycle} />
              <TimelineTooltip config={config} aligned={aligned} regions={regions} onZoom={onZoom} />
            </>
          )}
        </TimeSeries>
      )}
    </div>
  );
}

/** Series that have no colour of their own are told apart by Grafana's: there is no panel here that would give them one. */
function withColors(frame: DataFrame): DataFrame {
  const fields = frame.fields.map((field) => ({
    ...field,
    config: { ...field.config, color: field.config.color ?? { mode: FieldColorModeId.PaletteClassic } },
  }));
  return { ...frame, fields };
}

/** Whole milliseconds around the span: Grafana's time axis knows no others. */
function timeRangeOf({ fromMs, toMs }: TimeSpan): TimeRange {
  const from = dateTime(Math.floor(fromMs));
  const to = dateTime(Math.ceil(toMs));
  return { from, to, raw: { from, to } };
}
