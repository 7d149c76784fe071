import type { DataFrame } from '@grafana/data';

/** What the captures say in words. */
export interface Answer {
  readonly headline: string;
  readonly details: readonly string[];
}

/** The answer that the view `gcMap` carries in its meta, or without a trace the view `findings`. */
export function readAnswer(frames: readonly DataFrame[]): Answer | undefined {
  return frames.map((frame): unknown => frame.meta?.custom?.['answer']).find(isAnswer);
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'headline' in value && 'details' in value && Array.isArray(value.details);
}
