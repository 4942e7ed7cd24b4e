import type { RunFailure } from '../../../core/request/run/runResult.ts';
import { editorPlace } from '../../requestFiles/locatedProblem.ts';

/** A failure as lines of plain text: the place, the expected and the actual value, and the closest message. */
export function failureLines(file: string, failure: RunFailure): string[] {
  const { line, column } = editorPlace(failure.range);
  const facts: [label: string, text: string][] = [];
  if (failure.expected !== undefined) facts.push(['expected', failure.expected]);
  if (failure.actual !== undefined) facts.push(['got', `${failure.actual}${numbered(failure.seq)}`]);
  else if (failure.seq !== undefined) facts.push(['at', `row ${failure.seq} of the recording`]);
  if (failure.best) {
    const { seq, expected, actual } = failure.best;
    facts.push(['closest', `row ${seq}: ${expected} was ${actual}`]);
  }
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  return [
    `${file}:${line}:${column} ${failure.code}`,
    failure.message,
    ...facts.map(([label, text]) => `${label.padEnd(width)}  ${text}`),
  ];
}

function numbered(seq: number | undefined): string {
  return seq === undefined ? '' : ` (row ${seq})`;
}

/** Formats a duration for people. */
export function roundedDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
