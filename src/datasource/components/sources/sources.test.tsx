/** @jest-environment jsdom */
import type { DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { configure, fireEvent, render, screen, waitFor } from '@testing-library/react';

import type { Ask } from '../../../capture';
import type { CaptureRef } from '../../../frames';
import { GclensDataSource } from '../../datasource';
import { MemoryStore } from '../../memoryStore.testing';
import { anyFile, stubConnection } from '../../sources/sources.testing';
import type { GclensOptions } from '../../types';
import { LiveCaptureForm } from './LiveCaptureForm';
import { StoreBrowser } from './StoreBrowser';

// A busy machine is no failure.
configure({ asyncUtilTimeout: 30_000 });

function makeDataSource(ask: Ask, jsonData: Partial<GclensOptions>) {
  const settings = {
    uid: 'x',
    name: 'x',
    type: 'gclens-datasource',
    url: '/proxy',
    jsonData,
    meta: { baseUrl: '' },
  } as DataSourceInstanceSettings<GclensOptions>;
  const templateSrv = { replace: (text = '') => text.replace('$service', 'shop') } as TemplateSrv;
  return new GclensDataSource(settings, { store: new MemoryStore(), decoder: anyFile, templateSrv, ask });
}

describe('LiveCaptureForm', () => {
  const show = (answer: Parameters<typeof stubConnection>[0]) => {
    const chosen: CaptureRef[][] = [];
    const { connection, asked } = stubConnection(answer);
    const datasource = makeDataSource(connection.ask, { source: 'live', pprofPath: '' });
    render(<LiveCaptureForm datasource={datasource} value={undefined} onChoose={(refs) => chosen.push(refs)} />);
    return { chosen, asked };
  };

  it('records the chosen profiles now, and the query then names what was recorded', async () => {
    const { chosen, asked } = show(({ path }) => ({ body: path }));
    fireEvent.click(screen.getByLabelText(/^Heap/));
    fireEvent.change(screen.getByLabelText(/^Seconds/), { target: { value: '3' } });
    fireEvent.click(screen.getByText('Record now'));
    await waitFor(() => expect(chosen).toHaveLength(1));
    expect(asked).toEqual(['GET profile?seconds=3', 'GET trace?seconds=3', 'GET heap']);
    expect(chosen[0]?.map(({ by }) => by)).toEqual(['sha256', 'sha256', 'sha256']);
  });

  it('explains what would fail before it is asked, and what did', async () => {
    const { chosen, asked } = show(() => ({ status: 404, body: 'no' }));
    fireEvent.change(screen.getByLabelText(/^Seconds/), { target: { value: '40' } });
    expect(screen.getByText(/Grafana waits 30 s/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/^Seconds/), { target: { value: '' } });
    fireEvent.click(screen.getByText('Record now'));
    expect(await screen.findByText(/nothing at this path \(HTTP 404/)).toBeTruthy();
    expect(asked).toHaveLength(2);
    fireEvent.click(screen.getByText('Record whenever the query runs'));
    expect(chosen).toEqual([[{ by: 'live', profiles: ['profile', 'trace'] }]]);
  });
});

describe('StoreBrowser', () => {
  it('lists by pattern and labels, with variables, and the query then names what was chosen', async () => {
    const chosen: CaptureRef[][] = [];
    const { connection, asked } = stubConnection(({ path }) => ({
      body: JSON.stringify(
        path === '' || path.startsWith('?')
          ? [
              { name: 'shop', type: 'directory' },
              { name: 'cart', type: 'directory' },
            ]
          : [{ name: '2026-11-27T09-00-00Z a.trace', type: 'file', size: 5 }],
      ),
    }));
    const datasource = makeDataSource(connection.ask, { source: 'store', glob: '{service}/{time}*' });
    render(<StoreBrowser datasource={datasource} value={undefined} onChoose={(refs) => chosen.push(refs)} />);
    await waitFor(() => expect(screen.getAllByText(/service=(shop|cart)$/)).toHaveLength(2));
    fireEvent.change(screen.getByLabelText(/^Labels/), { target: { value: 'service=$service' } });
    fireEvent.blur(screen.getByLabelText(/^Labels/));
    await waitFor(() => expect(screen.queryByText(/service=cart/)).toBeNull());
    expect(asked.at(-1)).toBe('GET shop/');
    fireEvent.click(screen.getByLabelText(/^Open shop/));
    fireEvent.click(screen.getByText('Newest in the time range'));
    expect(chosen).toEqual([
      [{ by: 'url', path: 'shop/2026-11-27T09-00-00Z%20a.trace' }],
      [{ by: 'store', labels: { service: '$service' }, pick: 'range' }],
    ]);
  });

  it('shows why the store cannot be listed', async () => {
    const { connection } = stubConnection(() => ({ status: 403, body: 'Forbidden' }));
    const datasource = makeDataSource(connection.ask, { source: 'store' });
    render(<StoreBrowser datasource={datasource} value={undefined} onChoose={() => undefined} />);
    expect(await screen.findByText(/the service forbids it/)).toBeTruthy();
    expect(screen.getByText('Try again')).toBeTruthy();
  });
});
