import { css } from '@emotion/css';
import { Icon, Input, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

interface Props {
  /** What is looked for; '' for all. */
  readonly onFind: (text: string) => void;
  /** Enter: the request of this id is to be opened. */
  readonly onOpen: (text: string) => void;
}

/** So long after the last key the list follows. */
const settleMs = 250;

/** The field above the requests: narrows the list to what an id names, Enter opens it. */
export function FindRequest({ onFind, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      onFind(text.trim());
    }, settleMs);
    return () => {
      clearTimeout(timer);
    };
  }, [text, onFind]);
  return (
    <Input
      className={styles.field}
      type="search"
      aria-label="Find a request"
      placeholder="Trace id, span id, request id or task id"
      prefix={<Icon name="search" />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter' && text.trim() !== '') {
          onOpen(text.trim());
        }
      }}
    />
  );
}

function getStyles() {
  return { field: css({ width: '300px', maxWidth: '100%' }) };
}
