import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuplexError } from '../../../shared/errors.ts';
import type { Output } from '../../output/output.ts';
import { coloursFor } from '../../output/rowForm.ts';
import { createJsonReporter } from './jsonReporter.ts';
import { createJunitReporter } from './junitReporter.ts';
import type { Reporter } from './reporter.ts';
import { createSpecReporter } from './specReporter.ts';

export const REPORTERS = ['spec', 'json', 'junit'] as const;

export interface ReportTarget {
  readonly reporter: (typeof REPORTERS)[number];
  /** The file for the report; the terminal then shows the report for people. Undefined: standard output. */
  readonly output: string | undefined;
}

/** Creates the chosen reporter and, if it writes to a file, the one for people on the terminal. */
export function createReport(
  { reporter: name, output: file }: ReportTarget,
  output: Output,
): { readonly reporter: Reporter; finish(): Promise<void> } {
  const print = (text: string): void => output.write(text);
  const create = (write: (text: string) => void, isTerminal: boolean): Reporter => {
    if (name === 'json') return createJsonReporter(write);
    if (name === 'junit') return createJunitReporter(write);
    return createSpecReporter(write, coloursFor(isTerminal ? process.stdout : {}));
  };
  if (file === undefined) return { reporter: create(print, true), finish: () => output.flush() };
  let text = '';
  const reporters = [
    create((more) => (text += more), false),
    createSpecReporter(print, coloursFor(process.stdout)),
  ];
  return {
    reporter: {
      fileStarted: (of, warnings) => reporters.forEach((each) => each.fileStarted?.(of, warnings)),
      requestEnded: (of, result) => reporters.forEach((each) => each.requestEnded?.(of, result)),
      fileEnded: (report) => reporters.forEach((each) => each.fileEnded?.(report)),
      ended: (report) => reporters.forEach((each) => each.ended(report)),
    },
    finish: () => writeReport(resolve(file), text),
  };
}

/**
 * Writes a report atomically: a reader finds the old content or the new one, never a part. Unlike a recording, others
 * may read it. A device or a pipe is written directly.
 * @throws DuplexError `disk.denied`
 */
async function writeReport(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const isSpecial = await stat(path).then(
      (stats) => !stats.isFile(),
      () => false,
    );
    if (isSpecial) return await writeFile(path, text);
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    // If the path leads below a file, this fails, too. The first failure is reported.
    await rm(partial, { force: true }).catch(() => undefined);
    const message = `The report cannot be written to ${path}: ${(cause as Error).message}.`;
    throw new DuplexError('disk.denied', message, { cause });
  }
}
