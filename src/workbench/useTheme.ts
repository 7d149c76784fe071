import { createTheme, type GrafanaTheme2 } from '@grafana/data';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';

export type ColorMode = 'light' | 'dark';

const storageKey = 'gclens.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

export interface ThemeChoice {
  readonly theme: GrafanaTheme2;
  readonly toggle: () => void;
}

/** The theme that was chosen on this page before, else the system's. */
export function useTheme(): ThemeChoice {
  const system = useSyncExternalStore(subscribeToSystem, systemMode);
  const [chosen, setChosen] = useState(readChoice);
  const mode = chosen ?? system;
  const theme = useMemo(() => themeOf(mode), [mode]);
  useEffect(() => {
    document.documentElement.style.colorScheme = mode;
    document.documentElement.style.background = theme.colors.background.canvas;
  }, [mode, theme]);
  const toggle = useCallback(() => {
    const next = mode === 'dark' ? 'light' : 'dark';
    setChosen(next);
    localStorage.setItem(storageKey, next);
  }, [mode]);
  return { theme, toggle };
}

/** Grafana's own theme; the font for code is the system's, since Grafana's is not part of its packages. */
function themeOf(mode: ColorMode): GrafanaTheme2 {
  return createTheme({
    colors: { mode },
    typography: { fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" },
  });
}

function systemMode(): ColorMode {
  return systemDark.matches ? 'dark' : 'light';
}

function subscribeToSystem(listener: () => void): () => void {
  systemDark.addEventListener('change', listener);
  return () => {
    systemDark.removeEventListener('change', listener);
  };
}

function readChoice(): ColorMode | undefined {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : undefined;
}
