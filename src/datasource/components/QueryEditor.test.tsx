/** @jest-environment jsdom */
import type { DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { act, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
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

/** The code editor loads Monaco, which no jsdom runs: a text field with the same contract stands in for it. */
jest.mock('@grafana/ui', () => ({
  ...jest.requireActual<object>('@grafana/ui'),
  CodeEditor: ({ value, onChange, onBlur }: { value: string; onChange: (text: string) => void; onBlur: (text: string) => void }) => (
    <textarea
      aria-label="code"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={(event) => onBlur(event.currentTarget.value)}
    />
  ),
}));

beforeAll(() => {
  // Nothing here is hidden by styles; asking after them for every element takes most of the time.
  configure({ defaultHidden: true });
});

/** Mounts the editor as Grafana does: the query lives outside of it. */
async function mount({
  stored = [],
  query = {},
  options = { source: 'live' },
}: { stored?: StoredCapture[]; query?: Partial<GclensQuery>; options?: GclensOptions } = {}) {
  const settings = {
    uid: 'gclens',
    name: 'gclens',
    url: '/proxy',
    jsonData: options,
    meta: { baseUrl: '.' },
  } as DataSourceInstanceSettings<GclensOptions>;
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
  it('offers neither service nor store where the settings name none, though Grafana has an address for its proxy', async () => {
    await mount({ query: { view: 'requests' }, options: {} });
    expect(screen.queryByRole('button', { name: labels.addCaptures })).toBeNull();
    expect(screen.getByRole('button', { name: labels.addFiles })).not.toBeNull();
  });

  it('takes the first view that matches what is typed, whichever was chosen before', async () => {
    const state = await mount({ query: { view: 'findings' } });
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: labels.view });
    fireEvent.change(field, { target: { value: 'flame' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(state.query.view).toBe('flame'));
    expect(field.value).toBe('Flame graph');
  });

  it('takes the keyboard to the drop zone and back', async () => {
    await mount({ query: { view: 'requests' } });
    fireEvent.click(screen.getByRole('button', { name: labels.addCaptures }));
    fireEvent.click(await screen.findByRole('menuitem', { name: labels.addFiles }));
    const zone = screen.getByTestId(labels.dropZone);
    expect(zone.contains(document.activeElement)).toBe(true);
    fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
    expect(screen.queryByTestId(labels.dropZone)).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: labels.addCaptures }));
  });

  it('warns of a path that holds a secret, and says where that belongs', async () => {
    await mount({ query: { captures: [{ by: 'url', path: 'a.trace?X-Amz-Date=1&X-Amz-Signature=abcdef' }] } });
    expect(screen.getByTestId(labels.secretInPath).textContent).toMatch(
      /This query holds a secret: X-Amz-Signature.*Secret query parameter/,
    );
    expect(document.body.textContent).not.toContain('abcdef');
  });

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

  it('asks a question of the sample with one click', async () => {
    const state = await mount();
    fireEvent.click(screen.getByRole('button', { name: /Which requests paid for GC/ }));
    expect(state.query).toMatchObject({ refId: 'A', view: 'requests', captures: [{ by: 'sample' }] });
    expect(state.runs).toBe(1);
    expect(screen.queryByTestId(labels.firstRun)).toBeNull();
  });

  it.each([
    ['live', 'Record the service'],
    ['store', 'Choose from the store'],
  ] as const)('offers the %s source first where the data source leads to one', async (source, label) => {
    await mount({ options: { source } });
    const buttons = within(screen.getByTestId(labels.firstRun)).getAllByRole('button');
    expect(buttons[0]?.textContent).toBe(label);
    expect(screen.getByRole('button', { name: labels.addCaptures })).not.toBeNull();
  });

  it('asks the question of the captures that are chosen', async () => {
    const captures = [{ by: 'latest' }] as const;
    const state = await mount({ stored: [storedTrace], query: { captures, view: 'flame', focus: 'main' } });
    fireEvent.click(screen.getByRole('button', { name: labels.questions }));
    expect(screen.queryByRole('menuitem', { name: /this request/ })).toBeNull();
    fireEvent.click(await screen.findByRole('menuitem', { name: /On which lines are maps iterated/ }));
    expect(state.query).toEqual({ refId: 'A', version: 1, view: 'mapSites', captures });
  });

  it.each([
    ['gcMap', [labels.baseline, labels.request, labels.selector, labels.sampleType, labels.focus], []],
    ['compare', [labels.request, labels.selector, labels.sampleType], [labels.baseline]],
    ['flame', [], [labels.baseline, labels.request, labels.selector, labels.sampleType, labels.focus]],
  ] as const)('offers of %s what it takes', async (view, absent, present) => {
    await mount({ stored: [storedTrace], query: { view } });
    absent.forEach((name) => expect(screen.queryByLabelText(name)).toBeNull());
    present.forEach((name) => expect(screen.getByLabelText(name)).not.toBeNull());
  });

  it('keeps captures of other kinds when one is taken out', async () => {
    const live = { by: 'live', profiles: ['trace'] } as const;
    const state = await mount({ stored: [storedTrace], query: { captures: [{ by: 'sample' }, live, { by: 'url', path: 'a.out' }] } });
    fireEvent.click(screen.getByRole('button', { name: /Remove Sample capture/ }));
    expect(state.query.captures).toEqual([live, { by: 'url', path: 'a.out' }]);
  });

  it('takes options when they are whole numbers in range, and says so otherwise', async () => {
    const state = await mount({ stored: [storedTrace], query: { view: 'flame' } });
    fireEvent.click(screen.getByRole('button', { name: labels.options }));
    const field = screen.getByLabelText(labels.maxNodes);
    fireEvent.change(field, { target: { value: '1' } });
    fireEvent.blur(field);
    expect(state.query.maxNodes).toBeUndefined();
    expect(field.title).toBe('A whole number from 2 on');
    fireEvent.change(field, { target: { value: '200' } });
    fireEvent.blur(field);
    expect(state.query.maxNodes).toBe(200);
    fireEvent.click(screen.getByRole('button', { name: labels.options }));
    expect(screen.getByText('Max nodes: 200')).not.toBeNull();
  });
});

describe('the selector field', () => {
  const requests = { stored: [storedTrace], query: { view: 'requests' as const, captures: [{ by: 'latest' as const }], selector: '' } };

  it('lets the keyboard pass through: nothing is chosen until something is typed or an arrow pressed', async () => {
    const state = await mount(requests);
    const field = screen.getByRole('combobox', { name: labels.selector });
    fireEvent.focus(field);
    const list = await screen.findByRole('listbox', { name: labels.selectorCompletions });
    expect(field.getAttribute('aria-controls')).toBe(list.id);
    expect(fireEvent.keyDown(field, { key: 'Tab' })).toBe(true);
    expect(state.query.selector).toBe('');
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    const active = document.getElementById(field.getAttribute('aria-activedescendant')!);
    expect(active?.getAttribute('aria-selected')).toBe('true');
    expect(fireEvent.keyDown(field, { key: 'Tab' })).toBe(false);
    expect(state.query.selector).toBe('{map_op="');
  });

  it('completes where the cursor is, among other matchers', async () => {
    const state = await mount({ ...requests, query: { ...requests.query, selector: '{map_op="gr", route="/keys"}' } });
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: labels.selector });
    field.setSelectionRange(11, 11);
    fireEvent.focus(field);
    await screen.findByRole('option', { name: /grow/ });
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(state.query.selector).toBe('{map_op="grow", route="/keys"}');
  });

  it('offers template variables as values, unescaped', async () => {
    const state = await mount({ ...requests, query: { ...requests.query, selector: '{map_op=~"' } });
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: labels.selector });
    fireEvent.focus(field);
    await screen.findByRole('option', { name: /iterate/ });
    fireEvent.change(field, { target: { value: '{map_op=~"$' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(state.query.selector).toBe('{map_op=~"$op"}');
  });

  it('closes with Escape, and only then lets Escape through', async () => {
    await mount(requests);
    const field = screen.getByRole('combobox', { name: labels.selector });
    fireEvent.focus(field);
    await screen.findByRole('listbox', { name: labels.selectorCompletions });
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field.getAttribute('aria-expanded')).toBe('false');
  });

  it('says what to write instead, and does not run what is wrong', async () => {
    const state = await mount({ ...requests, query: { ...requests.query, selector: 'map_op=iterate' } });
    const field = screen.getByRole('combobox', { name: labels.selector });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    fireEvent.blur(field);
    expect(state.runs).toBe(0);
    fireEvent.click(screen.getByRole('button', { name: labels.useProposal('{map_op="iterate"}') }));
    expect(state.query.selector).toBe('{map_op="iterate"}');
  });

  it('says that no capture has a label', async () => {
    await mount({ ...requests, query: { ...requests.query, selector: '{map_opp="iterate"}' } });
    fireEvent.focus(screen.getByRole('combobox', { name: labels.selector }));
    await screen.findByText(/No capture of this query has a label map_opp.*Is map_op meant\?/);
  });
});

describe('the query as code', () => {
  const query = { view: 'requests', limit: 5, ofTheFuture: 7 } as const;

  it('keeps members that nobody knows, says them, and removes them when told to', async () => {
    const state = await mount({ stored: [storedTrace], query });
    expect(screen.getByText(/a member that gclens does not know: ofTheFuture/)).not.toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'Code' }));
    expect(JSON.parse(codeField().value)).toEqual({ version: 1, view: 'requests', captures: [{ by: 'sample' }], limit: 5, ofTheFuture: 7 });
    fireEvent.click(screen.getByRole('radio', { name: 'Builder' }));
    fireEvent.click(screen.getByRole('button', { name: labels.removeUnknown }));
    expect(state.query).toEqual({ refId: 'A', version: 1, view: 'requests', captures: [{ by: 'sample' }], limit: 5 });
  });

  it('is taken when it is left, and shown by the fields', async () => {
    const state = await mount({ stored: [storedTrace], query: { view: 'requests' } });
    fireEvent.click(screen.getByRole('radio', { name: 'Code' }));
    fireEvent.change(codeField(), { target: { value: '{"view": "flame", "captures": [{"by": "latest"}], "focus": "main"}' } });
    expect(state.runs).toBe(0);
    fireEvent.blur(codeField());
    expect(state.query).toEqual({ refId: 'A', version: 1, view: 'flame', captures: [{ by: 'latest' }], focus: 'main' });
    expect(state.runs).toBe(1);
    fireEvent.click(screen.getByRole('radio', { name: 'Builder' }));
    expect(screen.getByLabelText<HTMLInputElement>(labels.focus).value).toBe('main');
  });

  it('is not taken while something is wrong with it: the message names the member, and nothing is lost', async () => {
    const state = await mount({ stored: [storedTrace], query: { view: 'requests' } });
    const before = state.query;
    fireEvent.click(screen.getByRole('radio', { name: 'Code' }));
    const wrong = '{"view": "flame", "captures": [{"by": "smaple"}]}';
    fireEvent.change(codeField(), { target: { value: wrong } });
    fireEvent.blur(codeField());
    expect(screen.getByText(/line 1, captures\[0\]\.by: "smaple" is none of .*is sample meant\?/)).not.toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'Builder' }));
    expect(codeField().value).toBe(wrong);
    expect(state.query).toBe(before);
    fireEvent.click(screen.getByRole('button', { name: labels.discard }));
    expect(JSON.parse(codeField().value)).toMatchObject({ view: 'requests' });
  });

  function codeField(): HTMLTextAreaElement {
    return screen.getByLabelText<HTMLTextAreaElement>('code');
  }
});
