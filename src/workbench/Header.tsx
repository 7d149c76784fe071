import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import { useRef } from 'react';

interface Props {
  /** Names of what is shown. */
  readonly shown: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onCaptures: () => void;
  readonly onToggleTheme: () => void;
}

/** The bar on top: what is shown, how to show something else. */
export function Header({ shown, onFiles, onCaptures, onToggleTheme }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <header className={styles.bar}>
      <img src="./logo.svg" alt="" className={styles.logo} />
      <h1 className={styles.name}>gclens</h1>
      <div className={styles.shown} title={shown}>
        {shown}
      </div>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="file picker"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same files chosen again are a change again.
          currentTarget.value = '';
        }}
      />
      <Button size="sm" icon="upload" onClick={() => picker.current?.click()}>
        Open files
      </Button>
      <Button size="sm" variant="secondary" icon="layer-group" onClick={onCaptures}>
        Captures
      </Button>
      <IconButton size="lg" name="adjust-circle" aria-label={theme.isDark ? 'Light theme' : 'Dark theme'} onClick={onToggleTheme} />
    </header>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    bar: css({
      position: 'sticky',
      top: 0,
      zIndex: theme.zIndex.navbarFixed,
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1.5),
      height: theme.spacing(6),
      padding: theme.spacing(0, 2),
      background: theme.colors.background.primary,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    }),
    logo: css({ width: 26, height: 26 }),
    name: css({ margin: 0, fontSize: theme.typography.h4.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    shown: css({
      flex: 1,
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      paddingLeft: theme.spacing(1),
    }),
  };
}
