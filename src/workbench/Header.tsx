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

/** Beside its buttons the bar then has no room for names. */
const narrow = '@media (max-width: 700px)';

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
      <div className={styles.picks}>
        <Button size="sm" icon="upload" onClick={() => picker.current?.click()}>
          Open files
        </Button>
        <Button size="sm" variant="secondary" icon="layer-group" onClick={onCaptures}>
          Captures
        </Button>
        <IconButton size="lg" name="adjust-circle" aria-label={theme.isDark ? 'Light theme' : 'Dark theme'} onClick={onToggleTheme} />
      </div>
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
      [narrow]: { flexWrap: 'wrap', height: 'auto', gap: theme.spacing(0.5, 1.5), padding: theme.spacing(1, 2) },
    }),
    logo: css({ width: 26, height: 26 }),
    name: css({ margin: 0, fontSize: theme.typography.h4.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    picks: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1.5), [narrow]: { marginLeft: 'auto' } }),
    shown: css({
      flex: 1,
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      paddingLeft: theme.spacing(1),
      [narrow]: { order: 1, flexBasis: '100%', paddingLeft: 0 },
    }),
  };
}
