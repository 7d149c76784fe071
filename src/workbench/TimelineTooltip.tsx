import { css } from '@emotion/css';
import { type DataFrame, dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { SortOrder, TooltipDisplayMode } from '@grafana/schema';
import {
  TooltipPlugin2,
  type UPlotConfigBuilder,
  VizTooltipContent,
  VizTooltipHeader,
  VizTooltipWrapper,
  getFieldDisplayItems,
  useStyles2,
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
  return (
    <TooltipPlugin2
      config={config}
      hoverMode={hoverAll}
      queryZoom={({ from, to }) => {
        onZoom({ fromMs: Math.max(0, Math.floor(from)), toMs: Math.ceil(to) });
      }}
      // Half of a narrow page: it finds room on one side of the pointer.
      maxWidth={Math.min(420, window.innerWidth / 2)}
      render={(plot, dataIndexes, seriesIndex, isPinned) => {
        const [x, ...rest] = aligned.fields;
        if (x === undefined) {
          return null;
        }
        const timeMs = plot.posToVal(plot.cursor.left ?? 0, 'x');
        const reachMs = plot.posToVal(reachPixels, 'x') - plot.posToVal(0, 'x');
        const series = getFieldDisplayItems([x, ...rest], x, dataIndexes, seriesIndex, TooltipDisplayMode.Multi, SortOrder.None);
        return (
          <VizTooltipWrapper>
            <VizTooltipHeader item={{ label: '', value: dateTimeFormat(timeMs, { format: 'HH:mm:ss.SSS' }) }} isPinned={isPinned} />
            <VizTooltipContent items={series} isPinned={isPinned}>
              {regionsAt(regions, timeMs, reachMs).map((region) => (
                <RegionRow key={`${region.kind} ${region.fromMs}`} region={region} />
              ))}
            </VizTooltipContent>
          </VizTooltipWrapper>
        );
      }}
    />
  );
}

/** What a cycle or stop-the-world says of itself: sentences, which Grafana's rows would not wrap. */
function RegionRow({ region: { title, text, color } }: { readonly region: TimelineRegion }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  return (
    <div className={styles.region} style={{ borderColor: theme.visualization.getColorByName(color) }}>
      <span className={styles.title}>{title}</span> {text}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    region: css({
      paddingLeft: theme.spacing(0.75),
      borderLeft: '4px solid',
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
      forcedColorAdjust: 'none',
    }),
    title: css({ color: theme.colors.text.secondary }),
  };
}
