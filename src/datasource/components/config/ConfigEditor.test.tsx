/** @jest-environment jsdom */
import type { DataSourceSettings } from '@grafana/data';
import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';

import type { GclensOptions } from '../../types';
import { ConfigEditor } from './ConfigEditor';

jest.mock('@grafana/runtime', () => ({ ...jest.requireActual<object>('@grafana/runtime'), DataSourcePicker: () => null }));

function show(part: Partial<DataSourceSettings<GclensOptions>>) {
  const seen: DataSourceSettings<GclensOptions>[] = [];
  const start = {
    type: 'gclens-datasource',
    access: 'proxy',
    url: '',
    jsonData: {},
    secureJsonFields: {},
    ...part,
  } as DataSourceSettings<GclensOptions>;
  function Page() {
    const [options, setOptions] = useState(start);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(next) => {
          seen.push(next);
          setOptions(next);
        }}
      />
    );
  }
  render(<Page />);
  return seen;
}

describe('ConfigEditor', () => {
  it('begins with this browser alone, and asks for no URL', () => {
    show({});
    expect(screen.getByText(/Captures stay in the browser/)).toBeTruthy();
    expect(screen.queryByText('URL')).toBeNull();
  });

  it('sets a timeout that long profiles need when a live service is chosen, and warns of a wide URL', () => {
    const seen = show({ url: 'http://shop:6060' });
    fireEvent.click(screen.getByLabelText('Live service'));
    expect(seen.at(-1)?.jsonData).toMatchObject({ source: 'live', timeout: 70 });
    expect(screen.getByText(/everything that this port serves can be asked/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/^Most seconds/), { target: { value: '120' } });
    expect(seen.at(-1)?.jsonData).toMatchObject({ maxSeconds: 120, timeout: 130 });
  });

  it('says what is wrong with a path pattern and with labels, and keeps labels that are right', () => {
    const seen = show({ url: 'http://store', jsonData: { source: 'store' } });
    fireEvent.change(screen.getByLabelText(/^Path pattern/), { target: { value: '{service' } });
    expect(screen.getByText(/without its partner/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/^Default labels/), { target: { value: 'service=cart, pod=' } });
    expect(seen.at(-1)?.jsonData.labels).toEqual({ service: 'cart', pod: '' });
    fireEvent.change(screen.getByLabelText(/^Default labels/), { target: { value: 'service' } });
    expect(screen.getByText(/Write name=value/)).toBeTruthy();
    expect(seen.at(-1)?.jsonData.labels).toEqual({ service: 'cart', pod: '' });
  });

  it('keeps the value of a secret query parameter among the secrets, and shows none that is kept', () => {
    const seen = show({ url: 'http://store', jsonData: { source: 'store' } });
    fireEvent.change(screen.getByLabelText(/^Parameter/), { target: { value: ' token ' } });
    fireEvent.change(screen.getByLabelText(/^Value of the parameter/), { target: { value: 'abc' } });
    expect(seen.at(-1)).toMatchObject({ jsonData: { secretParameter: 'token' }, secureJsonData: { secretParameter: 'abc' } });
    expect(JSON.stringify(seen.at(-1)?.jsonData)).not.toContain('abc');
    fireEvent.change(screen.getByLabelText(/^Parameter/), { target: { value: '' } });
    expect(seen.at(-1)?.jsonData.secretParameter).toBeUndefined();
  });

  it('forgets a kept secret when told to', () => {
    const seen = show({ url: 'http://store', jsonData: { source: 'store' }, secureJsonFields: { secretParameter: true } });
    fireEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(seen.at(-1)).toMatchObject({ secureJsonData: { secretParameter: '' }, secureJsonFields: { secretParameter: false } });
  });

  it('takes nothing where the data source is provisioned', () => {
    show({ url: 'http://shop:6060/debug/pprof', jsonData: { source: 'live' }, readOnly: true });
    expect(screen.getByLabelText(/^Most seconds/).matches(':disabled')).toBe(true);
    expect(screen.getByLabelText('Live service').matches(':disabled')).toBe(true);
  });
});
