import { type DataFrame, dateTimeFormat } from '@grafana/data';
import { SortOrder, TooltipDisplayMode } from '@grafana/schema';
import {
  TooltipPlugin2,
  type UPlotConfigBuilder,
  VizTooltipColorIndicator,
  VizTooltipContent,
  VizTooltipHeader,
  VizTooltipWrapper,
  getFieldDisplayItems,
  useTheme2,
} from '@grafana/ui';

import type { TimeSpan } from './pageState';
import { type TimelineRegion, regionsAt } from './regions';

interface Props {
  readonly config: UPlotConfigBuilder;
  readonly aligned: DataFrame;
  readonly regions: readonly TimelineRegion[];
  readonly onZoom: (span: TimeSpan) => void;
}

const reachPixels = 4;

/** TooltipHoverMode.xAll: a constant that exists in types only. */
const hoverAll = 1;

/** What the series and regions are at the pointer; dragging zooms. */
export function TimelineTooltip({ config, aligned, regions, onZoom }: Props) {
  const theme = useTheme2();
  return (
    <TooltipPlugin2
      config={config}
      hoverMode={hoverAll}
      queryZoom={({ from, to }) => {
        onZoom({ fromMs: Math.max(0, Math.floor(from)), toMs: Math.ceil(to) });
      }}
      maxWidth={420}
      render={(plot, dataIndexes, seriesIndex, isPinned) => {
        const [x, ...rest] = aligned.fields;
        if (x === undefined) {
          return null;
        }
        const timeMs = plot.posToVal(plot.cursor.left ?? 0, 'x');
        const reachMs = plot.posToVal(reachPixels, 'x') - plot.posToVal(0, 'x');
        const series = getFieldDisplayItems([x, ...rest], x, dataIndexes, seriesIndex, TooltipDisplayMode.Multi, SortOrder.None);
        const under = regionsAt(regions, timeMs, reachMs).map(({ title, text, color }) => ({
          label: title,
          value: text,
          color: theme.visualization.getColorByName(color),
          colorIndicator: VizTooltipColorIndicator.value,
        }));
        return (
          <VizTooltipWrapper>
            <VizTooltipHeader item={{ label: '', value: dateTimeFormat(timeMs, { format: 'HH:mm:ss.SSS' }) }} isPinned={isPinned} />
            <VizTooltipContent items={[...series, ...under]} isPinned={isPinned} />
          </VizTooltipWrapper>
        );
      }}
    />
  );
}
