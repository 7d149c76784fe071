import { Field, FieldSet, Input, SecretInput } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../../selectors';
import type { ConfigEditorProps } from './ConfigEditor';

const labels = selectors.configEditor;

/** A parameter of the query string that Grafana's server adds, so that neither queries nor browsers hold it. */
export function SecretParameterSection({ options, onOptionsChange }: ConfigEditorProps) {
  const id = useId();
  const { jsonData, secureJsonData, secureJsonFields } = options;
  const setValue = (secretParameter: string) => {
    onOptionsChange({
      ...options,
      secureJsonData: { ...secureJsonData, secretParameter },
      secureJsonFields: { ...secureJsonFields, secretParameter: false },
    });
  };
  return (
    <FieldSet label="Secret query parameter">
      <Field
        label={labels.secretParameter}
        htmlFor={`${id}-name`}
        description="For services and stores that want a token in the address, and for a presigned address: X-Amz-Signature, its other parameters stay in the path. Leave it empty for none"
      >
        <Input
          id={`${id}-name`}
          width={30}
          value={jsonData.secretParameter ?? ''}
          placeholder="token"
          spellCheck={false}
          onChange={({ currentTarget }) => {
            const name = currentTarget.value.trim();
            onOptionsChange({ ...options, jsonData: { ...jsonData, secretParameter: name === '' ? undefined : name } });
          }}
        />
      </Field>
      <Field
        label={labels.secretParameterValue}
        htmlFor={`${id}-value`}
        description="Stays on Grafana’s server, which adds it to each request; decoded, as it was before it became part of an address"
        disabled={options.readOnly === true}
      >
        <SecretInput
          id={`${id}-value`}
          width={60}
          isConfigured={secureJsonFields.secretParameter === true}
          value={secureJsonData?.secretParameter ?? ''}
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
          onReset={() => setValue('')}
        />
      </Field>
    </FieldSet>
  );
}
