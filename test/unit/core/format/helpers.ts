import type { LineView } from '../../../../src/core/format/lineView.ts';

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const fromUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** Runs a sliced job to its end. */
export function finish<T>(job: Generator<number, T>): T {
  return finishWithProgress(job).result;
}

export function finishWithProgress<T>(job: Generator<number, T>): { result: T; progress: number[] } {
  const progress: number[] = [];
  let step = job.next();
  for (; !step.done; step = job.next()) progress.push(step.value);
  return { result: step.value, progress };
}

export function linesOf(view: LineView): string[] {
  return Array.from({ length: view.lines }, (_, index) => view.line(index));
}

export const textOf = (view: LineView): string => fromUtf8(finish(view.text()));
