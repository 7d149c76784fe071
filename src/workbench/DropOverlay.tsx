import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';

interface Props {
  readonly onFiles: (files: readonly File[]) => void;
}

/** Takes files that are dropped anywhere on the page, and says so while they hover over it. */
export function DropOverlay({ onFiles }: Props) {
  const styles = useStyles2(getStyles);
  const dragging = useFileDrops(onFiles);
  if (!dragging) {
    return null;
  }
  return (
    <div className={styles.overlay} data-testid="drop overlay">
      <div className={styles.text}>
        <Icon name="upload" size="xxl" />
        <div className={styles.title}>Drop to open</div>
        <div>
          Execution trace, CPU profile, OTLP JSON of the application’s spans; several of one moment at once. They stay in this browser.
        </div>
      </div>
    </div>
  );
}

/** Whether files are being dragged over the page. */
function useFileDrops(onFiles: (files: readonly File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latestOnFiles = useRef(onFiles);
  useEffect(() => {
    latestOnFiles.current = onFiles;
  });
  useEffect(() => {
    // Entering a child comes before leaving its parent: the page is left when as many were left as entered.
    let entered = 0;
    const settle = (count: number) => {
      entered = Math.max(0, count);
      setDragging(entered > 0);
    };
    const handlers = {
      dragenter: (event: DragEvent) => {
        settle(hasFiles(event) ? entered + 1 : entered);
      },
      dragleave: (event: DragEvent) => {
        settle(hasFiles(event) ? entered - 1 : entered);
      },
      dragover: (event: DragEvent) => {
        if (hasFiles(event)) {
          event.preventDefault();
        }
      },
      drop: (event: DragEvent) => {
        settle(0);
        if (hasFiles(event)) {
          event.preventDefault();
          latestOnFiles.current([...(event.dataTransfer?.files ?? [])]);
        }
      },
    };
    const names = ['dragenter', 'dragleave', 'dragover', 'drop'] as const;
    names.forEach((name) => {
      window.addEventListener(name, handlers[name]);
    });
    return () => {
      names.forEach((name) => {
        window.removeEventListener(name, handlers[name]);
      });
    };
  }, []);
  return dragging;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    overlay: css({
      position: 'fixed',
      inset: 0,
      zIndex: theme.zIndex.modal,
      display: 'grid',
      placeItems: 'center',
      padding: theme.spacing(4),
      background: theme.components.overlay.background,
      // The page below keeps getting the events that end the drag.
      pointerEvents: 'none',
    }),
    text: css({
      display: 'grid',
      justifyItems: 'center',
      gap: theme.spacing(1),
      maxWidth: 560,
      padding: theme.spacing(5),
      textAlign: 'center',
      background: theme.colors.background.primary,
      border: `2px dashed ${theme.colors.primary.border}`,
      borderRadius: theme.shape.radius.lg,
    }),
    title: css({ fontSize: theme.typography.h3.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  };
}
