import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { views } from '../../frames';
import { parseRuleFile, RuleFileError } from './ruleFile';
import { shippedRules, withRules } from './shippedRules';

function problemsOf(yaml: string): string[] {
  try {
    parseRuleFile(yaml, { file: 'mine.yaml', views });
  } catch (error) {
    if (error instanceof RuleFileError) {
      return error.message.split('\n');
    }
    throw error;
  }
  return [];
}

const minimal = (more = '') => `rules:
  - id: mine
    title: Mine
    severity: high
    kind: cause
    when: { fact: gc.pauseMax, op: '>', value: 5ms }
    text: The longest took {gc.pauseMax}.
${more}`;

describe('a rule file', () => {
  it('of the shipped rules is read by the same way as a user’s, to the same rules', () => {
    const yaml = readFileSync(join(__dirname, 'rules.yaml'), 'utf8');
    expect(parseRuleFile(yaml, { file: 'rules.yaml', views }).rules).toEqual(shippedRules());
  });

  it('adds, replaces by id and switches off', () => {
    const own = parseRuleFile(`${minimal()}  - { id: forced-gc, off: true }\n`, { file: 'mine.yaml', views });
    const replaced = parseRuleFile(minimal().replace('id: mine', 'id: gc-pause'), { file: 'mine.yaml', views });
    const ids = (rules: readonly { id: string }[]) => rules.map(({ id }) => id);
    expect(ids(withRules(own))).toEqual([...ids(shippedRules()).filter((id) => id !== 'forced-gc'), 'mine']);
    expect(ids(withRules(replaced))).toEqual(ids(shippedRules()));
    expect(withRules(replaced).find(({ id }) => id === 'gc-pause')?.title).toBe('Mine');
  });

  it.each([
    [
      'a member that does not exist',
      minimal('    sevrity: low\n'),
      'mine.yaml:8:5: rule mine: there is no member "sevrity"; did you mean "severity"?',
    ],
    [
      'a choice that is none',
      minimal().replace('severity: high', 'severity: hihg'),
      'mine.yaml:4:15: rule mine: severity is one of critical, high, medium, low, info, not "hihg"; did you mean "high"?',
    ],
    [
      'a fact that does not exist',
      minimal().replace('fact: gc.pauseMax', 'fact: gc.pausMax'),
      'mine.yaml:6:19: rule mine: there is no fact "gc.pausMax"; did you mean "gc.pauseMax"? (gclens check --list-facts shows all)',
    ],
    [
      'a quantity of another unit',
      minimal().replace('5ms', '20%'),
      'mine.yaml:6:48: rule mine: "20%" does not fit gc.pauseMax; write a time: 500us, 5ms, 1.5s',
    ],
    [
      'a fact of something else than the rule is about',
      minimal().replace('fact: gc.pauseMax', 'fact: endpoint.max'),
      'mine.yaml:6:19: rule mine: endpoint.max is a fact of each endpoint, and this is about the capture as a whole; write for: endpoint',
    ],
    [
      'a placeholder that names no fact',
      minimal().replace('{gc.pauseMax}', '{gc.pause}'),
      'mine.yaml:7:11: rule mine: there is no fact "gc.pause"; did you mean',
    ],
    [
      'a view that does not exist',
      minimal('    evidence: [{ view: flam, shows: x }]\n'),
      'mine.yaml:8:24: rule mine: there is no view "flam"; did you mean "flame"?',
    ],
    [
      'a condition of two kinds',
      minimal().replace('{ fact:', '{ any: [], fact:'),
      'mine.yaml:6:11: rule mine: a condition has exactly one of',
    ],
    [
      'an id that stands twice',
      `${minimal()}${minimal().slice(7)}`,
      'mine.yaml:8:9: rule mine: the id "mine" stands twice; give this one another',
    ],
    ['what is missing', minimal().replace(/ {4}title.*\n/, ''), 'mine.yaml:2:5: rule mine: title is missing'],
    ['a check without a limit', 'checks:\n  - fact: gc.pauseMax\n', 'mine.yaml:2:5: a check needs a limit'],
    [
      'a limit that no number keeps',
      'checks:\n  - { fact: gc.pauseMax, max: -5ms }\n',
      'mine.yaml:2:31: gc.pauseMax is never below 0; write a time: 500us, 5ms, 1.5s',
    ],
    [
      'limits that no number keeps both',
      'checks:\n  - { fact: gc.pauseMax, max: 5ms, min: 9ms }\n',
      'mine.yaml:2:41: nothing is at least 9ms and at most 5ms; max is to be the greater',
    ],
    [
      'a rule to switch off that does not exist',
      'rules:\n  - { id: low-gogcx, off: true }\n',
      'mine.yaml:2:11: rule low-gogcx: there is no shipped rule "low-gogcx" to switch off; did you mean "low-gogc"?',
    ],
    [
      'off that is not true',
      'rules:\n  - { id: low-gogc, off: "yes" }\n',
      'mine.yaml:2:26: rule low-gogc: off can only be true, not "yes"',
    ],
    [
      'points of what is no share',
      'checks:\n  - { fact: gc.pauseMax, maxIncrease: 10pp }\n',
      'mine.yaml:2:39: "10pp" does not fit; write a part of the baseline (10%) or, as a difference, a time: 500us, 5ms, 1.5s',
    ],
    ['two documents', 'rules: []\n---\nrules: []\n', 'mine.yaml:2:1: a rule file is one YAML document; join them into one'],
    ['no YAML', 'rules: [\n', 'mine.yaml:2:1: this is no YAML'],
    ['nothing', '', 'mine.yaml:1:1: the file is empty; it needs rules: or checks:'],
    ['a list', '- a\n', 'mine.yaml:1:1: the file must be a group of members'],
  ])('says of %s where it is and what to do', (_, yaml, expected) => {
    expect(problemsOf(yaml).some((problem) => problem.startsWith(expected)) || problemsOf(yaml)).toBe(true);
  });

  it('tells all that is wrong at once, in order of lines', () => {
    const problems = problemsOf(`${minimal().replace('5ms', '5')}checks:\n  - { fact: nothing, max: 5 }\n`);
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['6', '9']);
  });

  it('says little of a file of another kind, however long', () => {
    const problems = problemsOf(`{${'"a" b\n'.repeat(1000)}`);
    expect([problems.length <= 5, Math.max(...problems.map(({ length }) => length)) < 200]).toEqual([true, true]);
  });

  it('that multiplies itself by aliases is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[n]}`).join(',')}]`),
    ];
    expect(problemsOf(bomb.join('\n'))[0]).toMatch(/cannot be read/);
  });
});
