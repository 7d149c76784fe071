/** @jest-environment jsdom */
import type { DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';

import { GclensError } from '../../base';
import { parseSha256 } from '../../capture';
import type { Frame } from '../../frames';
import type { Decoder } from '../../worker';
import { GclensDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { StoredCapture } from '../store';
import { MemoryStore } from '../memoryStore.testing';
import type { GclensOptions, GclensQuery } from '../types';
import { QueryEditor } from './QueryEditor';

const labels = selectors.queryEditor;
const traceHash = parseSha256('ab'.repeat(32))!;
const profileHash = parseSha256('cd'.repeat(32))!;

const labelFrame: Frame = {
  refId: 'A',
  length: 3,
  fields: [
    { name: 'key', type: 'string', config: {}, values: ['map_op', 'map_op', 'route'] },
    { name: 'value', type: 'string', config: {}, values: ['iterate', 'grow', '/keys'] },
    { name: 'count', type: 'number', config: {}, values: [5, 1, 2] },
  ],
};

const decoder: Decoder = {
  identify: (file, name) => {
    const kind = name.endsWith('.out') ? 'trace-v2' : 'pprof';
    return name.endsWith('.html')
      ? Promise.reject(new GclensError('this is no Go profile or execution trace', { file: name, looksLike: 'an HTML page' }))
      : Promise.resolve({
          sha256: kind === 'pprof' ? profileHash : traceHash,
          name,
          kind,
          sizeBytes: file instanceof Blob ? file.size : file.length,
        });
  },
  view: () => Promise.resolve([labelFrame]),
};

/** Mounts the editor as Grafana does: the query lives outside of it. */
async function mount({ stored = [], query = {} }: { stored?: StoredCapture[]; query?: Partial<GclensQuery> } = {}) {
  const settings = { uid: 'gclens', name: 'gclens', jsonData: {}, meta: { baseUrl: '.' } } as DataSourceInstanceSettings<GclensOptions>;
  const templateSrv = { replace: (text = '') => text, getVariables: () => [{ name: 'op' }] } as unknown as TemplateSrv;
  const datasource = new GclensDataSource(settings, { store: new MemoryStore(stored), decoder, templateSrv });
  const state = { query: { refId: 'A', version: 1, view: 'auto', captures: [{ by: 'sample' }], ...query } as GclensQuery, runs: 0 };
  function Host() {
    const [current, setCurrent] = useState(state.query);
    return (
      <QueryEditor
        datasource={datasource}
        query={current}
        onChange={(next) => {
          state.query = next;
          setCurrent(next);
        }}
        onRunQuery={() => state.runs++}
      />
    );
  }
  render(<Host />);
  await act(async () => Promise.resolve());
  return state;
}

async function dropFiles(...files: File[]) {
  const input = screen.getByTestId('dropzone').querySelector('input');
  await act(async () => {
    fireEvent.change(input!, { target: { files } });
    await Promise.resolve();
  });
}

const storedTrace: StoredCapture = { sha256: traceHash, name: 'trace.out', kind: 'trace-v2', sizeBytes: 5, droppedAtMs: 1 };

describe('QueryEditor', () => {
  it('opens with a drop zone where the browser has no capture yet', async () => {
    await mount();
    expect(screen.getByTestId(labels.firstRun).textContent).toMatch(/sample capture/);
    expect(screen.getByTestId(labels.dropZone)).not.toBeNull();
  });

  it('names the dropped files in the query by hash, and runs it', async () => {
    const state = await mount();
    await dropFiles(new File(['trace'], 'trace.out'), new File(['profile'], 'cpu.pprof'));
    await waitFor(() => expect(state.runs).toBe(1));
    expect(state.query.captures).toEqual([
      { by: 'sha256', sha256: traceHash, name: 'trace.out' },
      { by: 'sha256', sha256: profileHash, name: 'cpu.pprof' },
    ]);
    expect(screen.queryByTestId(labels.firstRun)).toBeNull();
  });

  it('keeps the message of a file that could not be read until it is dismissed, and takes the others', async () => {
    const state = await mount();
    await dropFiles(new File(['<html>'], 'login.html'), new File(['trace'], 'trace.out'));
    await waitFor(() => expect(screen.getByText(/login\.html: this is no Go profile.*seems to be an HTML page/)).not.toBeNull());
    await waitFor(() => expect(state.query.captures).toEqual([{ by: 'sha256', sha256: traceHash, name: 'trace.out' }]));
  });

  it('says which capture is missing, and goes on with the query once it is dropped', async () => {
    const captures = [{ by: 'sha256', sha256: traceHash, name: 'trace.out' }] as const;
    const state = await mount({ query: { captures } });
    expect(screen.getByTestId(labels.missingCapture).textContent).toContain(traceHash);
    await dropFiles(new File(['trace'], 'renamed.out'));
    await waitFor(() => expect(state.runs).toBe(1));
    expect(state.query.captures).toEqual(captures);
    expect(screen.queryByTestId(labels.missingCapture)).toBeNull();
  });

  it('shows the members that the view takes, no others', async () => {
    await mount({ stored: [storedTrace], query: { view: 'gcMap' } });
    expect(screen.queryByRole('combobox', { name: labels.selector })).toBeNull();
  });

  it('completes label keys and values of the captures', async () => {
    const state = await mount({ stored: [storedTrace], query: { view: 'requests', captures: [{ by: 'latest' }] } });
    const field = screen.getByRole('combobox', { name: labels.selector });
    fireEvent.focus(field);
    const key = await screen.findByRole('option', { name: /map_op/ });
    fireEvent.mouseDown(key);
    expect(state.query.selector).toBe('{map_op="');
    const value = await screen.findByRole('option', { name: /iterate/ });
    fireEvent.mouseDown(value);
    expect(state.query.selector).toBe('{map_op="iterate"}');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(state.runs).toBe(1);
  });

  it('points at a mistake in the selector', async () => {
    await mount({ stored: [storedTrace], query: { view: 'requests', selector: '{map_op "x"}' } });
    expect(screen.getByTestId(labels.selectorError).textContent).toMatch(/= != =~ !~/);
  });
});
