import { type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { useEffect, useLayoutEffect, useRef } from 'react';

import { type TimelineRegion, regionAt } from './regions';
import { drawUnread } from './unread';

interface Props {
  readonly config: UPlotConfigBuilder;
  readonly regions: readonly TimelineRegion[];
  /** What is right of this is not read yet. */
  readonly readToMs: number | undefined;
  readonly selectedCycle: number | undefined;
  readonly onCycle: (seq: number) => void;
}

/** How near to a cycle that is thinner than the pointer a click still means it. */
const reachPixels = 4;

/** Draws cycles as bands and stop-the-worlds as lines on the plot's canvas; a click on a cycle chooses it. */
export function TimelineRegions({ config, regions, readToMs, selectedCycle, onCycle }: Props) {
  const theme = useTheme2();
  const latest = useRef({ regions, readToMs, selectedCycle, onCycle, theme });
  const redraw = useRef<() => void>(() => undefined);
  useLayoutEffect(() => {
    latest.current = { regions, readToMs, selectedCycle, onCycle, theme };
  });

  useLayoutEffect(() => {
    config.addHook('init', (plot) => {
      redraw.current = () => {
        plot.redraw(false);
      };
      const cycleUnder = (event: MouseEvent) => {
        const left = event.clientX - plot.over.getBoundingClientRect().left;
        const reachMs = plot.posToVal(reachPixels, 'x') - plot.posToVal(0, 'x');
        return regionAt(latest.current.regions, plot.posToVal(left, 'x'), reachMs, 'cycle')?.cycle;
      };
      let pressedAt = 0;
      plot.over.addEventListener('mousedown', (event) => {
        pressedAt = event.clientX;
      });
      plot.over.addEventListener('mousemove', (event) => {
        plot.over.style.cursor = cycleUnder(event) === undefined ? '' : 'pointer';
      });
      plot.root.addEventListener(
        'click',
        (event) => {
          const cycle = event.target === plot.over && Math.abs(event.clientX - pressedAt) < reachPixels ? cycleUnder(event) : undefined;
          if (cycle !== undefined) {
            // The click is spent: the tooltip must not pin itself.
            event.stopPropagation();
            latest.current.onCycle(cycle);
          }
        },
        true,
      );
    });
    config.addHook('drawClear', (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      for (const region of latest.current.regions) {
        const left = plot.valToPos(region.fromMs, 'x', true);
        const right = plot.valToPos(region.toMs, 'x', true);
        const selected = region.cycle !== undefined && region.cycle === latest.current.selectedCycle;
        ctx.fillStyle = latest.current.theme.visualization.getColorByName(region.color);
        ctx.globalAlpha = alphaOf(region, selected);
        ctx.fillRect(left, bbox.top, Math.max(right - left, devicePixelRatio), bbox.height);
        if (region.kind === 'cycle') {
          ctx.globalAlpha = selected ? 1 : 0.8;
          ctx.fillRect(left, bbox.top, Math.max(right - left, devicePixelRatio), 4 * devicePixelRatio);
        }
      }
      ctx.restore();
      if (latest.current.readToMs !== undefined) {
        drawUnread(plot, latest.current.theme, latest.current.readToMs);
      }
    });
  }, [config]);

  useEffect(() => {
    redraw.current();
  }, [regions, readToMs, selectedCycle, theme]);
  return null;
}

function alphaOf(region: TimelineRegion, selected: boolean): number {
  if (region.kind === 'stop') {
    return 0.75;
  }
  return selected ? 0.3 : 0.16;
}
