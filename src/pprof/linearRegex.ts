import { isWord, parseRegex, type RegexAssertion, type RegexNode, RegexSyntaxError } from './regexSyntax';

/** A compiled expression of a selector or of a profile's `drop_frames`. */
export interface LinearRegex {
  /** Whether the whole text matches, as with `^(?:…)$`. Takes time in proportion to the length of the text, whatever the expression. */
  matchesWhole(text: string): boolean;
}

/** Largest compiled expression. */
const mostInstructions = 8192;
/** Parts compiled with all their repetitions counted; bounds the work on nested repetitions of nothing. */
const mostParts = 32768;

/**
 * Compiles an expression in Go's syntax (RE2) into a non-deterministic automaton that is run over the text once (Thompson 1968), so that an
 * expression out of a file or a URL cannot hang the page as a backtracking engine can.
 * @throws RegexSyntaxError with the position in the expression
 */
export function compileRegex(source: string): LinearRegex {
  return new Automaton(new Compiler().compile(parseRegex(source)));
}

type Instruction =
  | { readonly op: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly op: 'assertion'; readonly assertion: RegexAssertion }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'accept' };

class Compiler {
  private readonly program: Instruction[] = [];
  private parts = 0;

  compile(node: RegexNode): readonly Instruction[] {
    this.emitNode(node);
    this.emit({ op: 'accept' });
    return this.program;
  }

  private emitNode(node: RegexNode): void {
    if (++this.parts > mostParts) {
      throw tooLarge();
    }
    switch (node.kind) {
      case 'empty':
        return;
      case 'character':
        this.emit({ op: 'character', matches: node.matches });
        return;
      case 'assertion':
        this.emit({ op: 'assertion', assertion: node.assertion });
        return;
      case 'sequence':
        node.nodes.forEach((part) => this.emitNode(part));
        return;
      case 'alternative':
        this.emitAlternative(node.nodes);
        return;
      case 'repeat':
        this.emitRepeat(node.node, node.least, node.most);
    }
  }

  private emitAlternative(nodes: readonly RegexNode[]): void {
    const jumps: { to: number }[] = [];
    nodes.forEach((node, index) => {
      if (index === nodes.length - 1) {
        this.emitNode(node);
        return;
      }
      const split = this.emit({ op: 'split', first: this.program.length + 1, second: 0 });
      this.emitNode(node);
      jumps.push(this.emit({ op: 'jump', to: 0 }));
      split.second = this.program.length;
    });
    for (const jump of jumps) {
      jump.to = this.program.length;
    }
  }

  private emitRepeat(node: RegexNode, least: number, most: number): void {
    for (let count = 0; count < least; count++) {
      this.emitNode(node);
    }
    if (most === Infinity) {
      const start = this.program.length;
      const split = this.emit({ op: 'split', first: start + 1, second: 0 });
      this.emitNode(node);
      this.emit({ op: 'jump', to: start });
      split.second = this.program.length;
      return;
    }
    const splits: { second: number }[] = [];
    for (let count = least; count < most; count++) {
      splits.push(this.emit({ op: 'split', first: this.program.length + 1, second: 0 }));
      this.emitNode(node);
    }
    for (const split of splits) {
      split.second = this.program.length;
    }
  }

  private emit<T extends Instruction>(instruction: T): T {
    if (this.program.length >= mostInstructions) {
      throw tooLarge();
    }
    this.program.push(instruction);
    return instruction;
  }
}

function tooLarge(): RegexSyntaxError {
  return new RegexSyntaxError('the expression is too large', 0);
}

class Automaton implements LinearRegex {
  /** States of the automaton before and after a character: a list, and for each state the step at which it was listed last. */
  private current: number[] = [];
  private following: number[] = [];
  private readonly listedAt: Float64Array;
  private readonly pending: number[] = [];
  private step = 0;

  constructor(private readonly program: readonly Instruction[]) {
    this.listedAt = new Float64Array(program.length);
  }

  matchesWhole(text: string): boolean {
    this.current = [];
    this.step++;
    this.list(this.current, 0, -1, codePointAt(text, 0));
    let before = codePointAt(text, 0);
    for (let position = 0; position < text.length && this.current.length > 0;) {
      const here = before;
      position += here > 0xffff ? 2 : 1;
      const after = codePointAt(text, position);
      this.advance(here, after);
      before = after;
    }
    return before === -1 && this.current.some((state) => this.program[state]?.op === 'accept');
  }

  private advance(here: number, after: number): void {
    this.following.length = 0;
    this.step++;
    for (const state of this.current) {
      const instruction = this.program[state];
      if (instruction?.op === 'character' && instruction.matches(here)) {
        this.list(this.following, state + 1, here, after);
      }
    }
    [this.current, this.following] = [this.following, this.current];
  }

  /** Lists a state and all that are reached from it without consuming a character, each once. */
  private list(states: number[], start: number, before: number, after: number): void {
    const { pending, program, listedAt } = this;
    pending.push(start);
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      const instruction = program[state];
      if (instruction === undefined || listedAt[state] === this.step) {
        continue;
      }
      listedAt[state] = this.step;
      if (instruction.op === 'jump') {
        pending.push(instruction.to);
      } else if (instruction.op === 'split') {
        pending.push(instruction.second, instruction.first);
      } else if (instruction.op === 'assertion') {
        if (holds(instruction.assertion, before, after)) {
          pending.push(state + 1);
        }
      } else {
        states.push(state);
      }
    }
  }
}

const newline = 10;

/** Whether an assertion holds between two characters; -1 stands for the start and the end of the text. */
function holds(assertion: RegexAssertion, before: number, after: number): boolean {
  switch (assertion) {
    case 'textStart':
      return before === -1;
    case 'textEnd':
      return after === -1;
    case 'lineStart':
      return before === -1 || before === newline;
    case 'lineEnd':
      return after === -1 || after === newline;
    case 'wordBoundary':
      return isWord(before) !== isWord(after);
    case 'noWordBoundary':
      return isWord(before) === isWord(after);
  }
}

function codePointAt(text: string, position: number): number {
  return text.codePointAt(position) ?? -1;
}
