import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { Card, Text, TextLink, useStyles2 } from '@grafana/ui';

import { describeQuery } from '../describeQuery';
import { exampleQuery, examples } from '../examples';
import type { GclensQuery } from '../types';

/** What can be asked, as examples on the sample capture that a click asks, and what the answers rest on. */
export function QueryHelp({ onClickExample }: Pick<QueryEditorHelpProps<GclensQuery>, 'onClickExample'>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.help}>
      <Text element="h2" variant="h4">
        Questions to ask
      </Text>
      <Text element="p" color="secondary">
        Each runs on the sample capture, a recorded service that ships with gclens. Then choose captures of your own.
      </Text>
      <ul className={styles.list} aria-label="Examples">
        {examples.map((example) => (
          <li key={example.question}>
            <Card noMargin isCompact onClick={() => onClickExample(exampleQuery(example))}>
              <Card.Heading>{example.question}</Card.Heading>
              <Card.Description>{example.answer}</Card.Description>
              <Card.Meta>{describeQuery(exampleQuery(example))}</Card.Meta>
            </Card>
          </li>
        ))}
      </ul>
      <Text element="h2" variant="h4">
        What the answers rest on
      </Text>
      <dl className={styles.terms}>
        {evidence.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Text element="h2" variant="h4">
        Selectors
      </Text>
      <Text element="p">
        Matchers as in Prometheus: <code>{'{map_op="iterate", type=~"GET /.*"}'}</code> with <code>=</code>, <code>!=</code>,{' '}
        <code>=~</code> and <code>!~</code>. Expressions are Go’s and match whole values. Names are pprof labels, attributes that logs give
        to tasks, and <code>type</code>, <code>task</code>, <code>goroutine</code>, <code>span_id</code>, <code>trace_id</code>,{' '}
        <code>state</code> of tasks.{' '}
        <TextLink external inline href="https://pkg.go.dev/runtime/trace#hdr-User_annotation">
          How a Go program writes tasks and regions
        </TextLink>
      </Text>
    </div>
  );
}

/** Go's traces have no events of maps: every figure of map work says which of these it rests on. */
const evidence: readonly (readonly [term: string, text: string])[] = [
  [
    'Exact',
    'GC cycles, stop-the-worlds, mark assists, sweeps, waits and states of goroutines: events of the execution trace, to the nanosecond.',
  ],
  [
    'Region',
    'A part of the program that it marked itself with trace.StartRegion: when it ran is exact, what it did is what its name says.',
  ],
  ['Log or label', 'What the program said of itself: map_op, request and span ids. As right as the program.'],
  ['Samples', 'The CPU’s place 100 times a second. Few samples mean a wide interval; figures say how many there were.'],
];

function getStyles(theme: GrafanaTheme2) {
  return {
    help: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
    list: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(320px, 1fr))',
      gap: theme.spacing(1),
      listStyle: 'none',
    }),
    terms: css({
      display: 'grid',
      gap: theme.spacing(0.5),
      margin: 0,
      '& > div': { display: 'grid', gridTemplateColumns: '110px 1fr', gap: theme.spacing(1) },
      '& dt': { fontWeight: theme.typography.fontWeightMedium },
      '& dd': { margin: 0, color: theme.colors.text.secondary },
    }),
  };
}
