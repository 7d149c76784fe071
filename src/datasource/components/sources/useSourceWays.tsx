import { Drawer } from '@grafana/ui';
import { type ReactNode, useState } from 'react';

import type { CaptureRef, LiveRef, StoreRef } from '../../../frames';
import type { GclensDataSource } from '../../datasource';
import { selectors } from '../../selectors';
import type { CaptureWay } from '../CapturePicker';
import { LiveCaptureForm } from './LiveCaptureForm';
import { StoreBrowser } from './StoreBrowser';

export interface SourceWays {
  /** None for a data source without a URL. The one that the settings name comes first. */
  readonly ways: readonly CaptureWay[];
  /** The drawer that is open. */
  readonly drawer: ReactNode;
}

/**
 * How captures are brought in from a live service or a store.
 * @param refs what the query names now
 * @param onChoose takes what it shall name instead
 */
export function useSourceWays(
  datasource: GclensDataSource,
  refs: readonly CaptureRef[],
  onChoose: (refs: CaptureRef[]) => void,
): SourceWays {
  const [open, setOpen] = useState<'live' | 'store'>();
  const { source } = datasource.files.settings;
  if (source === 'browser') {
    return { ways: [], drawer: null };
  }
  const live: CaptureWay = { ...selectors.liveCapture.way, icon: 'bolt', onChoose: () => setOpen('live') };
  const store: CaptureWay = { ...selectors.storeBrowser.way, icon: 'folder-open', onChoose: () => setOpen('store') };
  const onClose = () => setOpen(undefined);
  const choose = (chosen: CaptureRef[]) => {
    onClose();
    onChoose(chosen);
  };
  return {
    ways: source === 'live' ? [live, store] : [store, live],
    drawer:
      open === undefined ? null : (
        <Drawer
          title={open === 'live' ? selectors.liveCapture.title : selectors.storeBrowser.title}
          subtitle="Through the URL of the data source"
          size={open === 'live' ? 'sm' : 'md'}
          onClose={onClose}
        >
          {open === 'live' ? (
            <LiveCaptureForm datasource={datasource} onChoose={choose} value={refs.find((ref): ref is LiveRef => ref.by === 'live')} />
          ) : (
            <StoreBrowser datasource={datasource} onChoose={choose} value={refs.find((ref): ref is StoreRef => ref.by === 'store')} />
          )}
        </Drawer>
      ),
  };
}
