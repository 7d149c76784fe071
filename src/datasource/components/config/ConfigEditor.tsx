import { css } from '@emotion/css';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { DataSourceHttpSettings, FieldSet, Stack, Text } from '@grafana/ui';
import type { ReactNode } from 'react';

import type { GclensOptions, GclensSecrets } from '../../types';
import { LinkSection } from './LinkSection';
import { LiveSection } from './LiveSection';
import { ProxyWarning } from './ProxyWarning';
import { SecretParameterSection } from './SecretParameterSection';
import { SourceSection } from './SourceSection';
import { StoreSection } from './StoreSection';

export type ConfigEditorProps = DataSourcePluginOptionsEditorProps<GclensOptions, GclensSecrets>;

/** What a section edits: the settings as they are, and how members of them change. */
export interface SectionProps {
  readonly options: GclensOptions;
  readonly change: (part: Partial<GclensOptions>) => void;
}

/** Where captures come from, how the service or store is reached, bounds, and the data sources that links point to. */
export function ConfigEditor({ options, onOptionsChange }: ConfigEditorProps) {
  const { jsonData } = options;
  const { source: shown = 'browser' } = jsonData;
  const change = (part: Partial<GclensOptions>) => {
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });
  };
  const section = { options: jsonData, change };
  return (
    <Stack direction="column" gap={3}>
      <Settings isReadOnly={options.readOnly}>
        <SourceSection {...section} source={shown} />
      </Settings>
      {shown !== 'browser' && (
        <>
          <DataSourceHttpSettings
            defaultUrl={shown === 'live' ? 'http://service:6060/debug/pprof' : 'http://store:9000/bucket'}
            urlDocs={<UrlDocs source={shown} />}
            dataSourceConfig={options}
            onChange={onOptionsChange}
          />
          <ProxyWarning source={shown} url={options.url} />
        </>
      )}
      <Settings isReadOnly={options.readOnly}>
        {shown !== 'browser' && <SecretParameterSection options={options} onOptionsChange={onOptionsChange} />}
        {shown === 'live' && <LiveSection {...section} />}
        {shown === 'store' && <StoreSection {...section} />}
        <LinkSection {...section} ownType={options.type} isReadOnly={options.readOnly === true} />
      </Settings>
      <FieldSet label="Check">
        <Text color="secondary">
          Save &amp; test decodes the sample capture in this browser, looks how much room there is for captures
          {shown === 'live' && ', looks what the URL serves, and records a trace of 20 ms to see which Go answers'}
          {shown === 'store' && ', and lists the store with the path pattern'}.
        </Text>
      </FieldSet>
    </Stack>
  );
}

/** Of a provisioned data source nothing can be changed: its fields are shown, and take nothing. */
function Settings({ isReadOnly, children }: { readonly isReadOnly: boolean; readonly children: ReactNode }) {
  return (
    <fieldset disabled={isReadOnly} className={plain}>
      {children}
    </fieldset>
  );
}

const plain = css({ border: 0, margin: 0, padding: 0, minWidth: 0 });

function UrlDocs({ source }: { readonly source: 'live' | 'store' }) {
  return source === 'live' ? (
    <> It ends in /debug/pprof, so that nothing else of the service can be asked through Grafana.</>
  ) : (
    <>
      {' '}
      That of a folder which the server lists (nginx autoindex, Apache), or of an S3 bucket (http://host/bucket); folders in it stand in the
      path pattern.
    </>
  );
}
