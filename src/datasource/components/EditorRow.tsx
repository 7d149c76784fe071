import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Tooltip, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

/** Fields side by side, wrapped where the editor is narrow. */
export function EditorRow({ children }: { readonly children: ReactNode }) {
  return <div className={useStyles2(getStyles).row}>{children}</div>;
}

interface FieldProps {
  readonly label: string;
  /** Id of the control. */
  readonly htmlFor: string;
  readonly tooltip?: string | undefined;
  /** Narrowest that it may become before it moves to a line of its own, in pixels. */
  readonly minWidth?: number;
  /** Share of the room that is left in its row; 0 keeps it at its narrowest. */
  readonly grow?: number;
  readonly children: ReactNode;
}

/** A control with its label above, and what there is to say of it beside the label. */
export function EditorField({ label, htmlFor, tooltip, minWidth = 160, grow = 0, children }: FieldProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={cx(styles.field)} style={{ flex: `${grow} 1 ${minWidth}px`, maxWidth: grow === 0 ? minWidth * 1.5 : undefined }}>
      <div className={styles.head}>
        <label id={labelId(htmlFor)} htmlFor={htmlFor}>
          {label}
        </label>
        {tooltip !== undefined && (
          <Tooltip content={tooltip}>
            <Icon name="info-circle" size="sm" tabIndex={0} aria-label={`About ${label}`} role="img" />
          </Tooltip>
        )}
      </div>
      {children}
    </div>
  );
}

/** Id of a control's label, for controls that take no id of their own (MultiCombobox before Grafana 13). */
export function labelId(controlId: string): string {
  return `${controlId}-label`;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1, 1.5) }),
    field: css({ minWidth: 0 }),
    head: css({
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      minHeight: theme.spacing(2.5),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      '& label': { margin: 0, color: theme.colors.text.primary },
    }),
  };
}
