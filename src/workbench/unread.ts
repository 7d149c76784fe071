import type { GrafanaTheme2 } from '@grafana/data';

/** What of a uPlot is needed. */
interface Plot {
  readonly ctx: CanvasRenderingContext2D;
  /** The plot's area, in pixels of the canvas. */
  readonly bbox: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  valToPos(value: number, scaleKey: string, canvasPixels: boolean): number;
}

const stripePixels = 8;

/** Hatches the plot from a time on: what is there is not read yet, and is neither nothing nor zero. */
export function drawUnread(plot: Plot, theme: GrafanaTheme2, fromMs: number): void {
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(fromMs, 'x', true));
  const width = bbox.left + bbox.width - left;
  if (width <= 0) {
    return;
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = theme.colors.text.disabled;
  ctx.globalAlpha = 0.25;
  ctx.lineWidth = devicePixelRatio;
  const step = stripePixels * devicePixelRatio;
  ctx.beginPath();
  for (let x = left - bbox.height; x < left + width; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}
