import { Button, Dropdown, Menu } from '@grafana/ui';

import type { Example } from '../examples';
import { selectors } from '../selectors';

interface Props {
  readonly questions: readonly Example[];
  readonly onAsk: (question: Example) => void;
}

const labels = selectors.queryEditor;

/** Questions that the captures of a query can be asked. */
export function QuestionMenu({ questions, onAsk }: Props) {
  const menu = (
    <Menu ariaLabel={labels.questions}>
      {questions.map((example) => (
        <Menu.Item key={example.question} label={example.question} onClick={() => onAsk(example)} />
      ))}
    </Menu>
  );
  return (
    <Dropdown overlay={menu} placement="bottom-start">
      <Button variant="secondary" size="sm" icon="question-circle">
        {labels.questions}
      </Button>
    </Dropdown>
  );
}
