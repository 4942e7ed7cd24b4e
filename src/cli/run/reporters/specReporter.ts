import { makeVisible } from '../../../core/format/visible.ts';
import type { RunStatus, StepResult } from '../../../core/request/run/runResult.ts';
import { refusedLines } from '../../output/refusedText.ts';
import { problemLine } from '../../requestFiles/locatedProblem.ts';
import { shownPath } from '../../requestFiles/locatedProblem.ts';
import type { Colours } from '../../../engine/recordingFile.ts';
import { roundedDuration, failureLines } from './failureLines.ts';
import {
  countsOf,
  INSECURE,
  type FileReport,
  type Reporter,
  type RequestReport,
  type RunReport,
} from './reporter.ts';

const SYMBOLS: Readonly<Record<RunStatus, string>> = { passed: '✓', failed: '✗', error: '!', skipped: '-' };

/**
 * The report for people: one line per request when it ends; for a failed request, also its progress and the reason.
 * Files running in parallel are printed in order.
 */
export function createSpecReporter(write: (text: string) => void, colours: Colours): Reporter {
  const colourOf = (status: RunStatus): ((text: string) => string) =>
    status === 'passed' ? colours.green : status === 'skipped' ? colours.dim : colours.red;
  const marked = (status: RunStatus, text: string): string =>
    `${colourOf(status)(SYMBOLS[status])} ${makeVisible(text)}`;

  const requestText = (name: string, result: RequestReport): string => {
    const time =
      result.status === 'skipped' ? '' : ` ${colours.dim(`(${roundedDuration(result.duration)})`)}`;
    const { failure, steps, session, insecure, refusal } = result;
    const reason = failure?.cause === 'disabled' ? ` ${colours.dim('(disabled)')}` : '';
    const lines = [`  ${marked(result.status, result.name)}${time}${reason}`];
    if (insecure) lines.push(`      ${colours.red(`! ${INSECURE}`)}`);
    if (failure && result.status !== 'skipped') {
      for (const step of steps.filter(({ status }) => status !== 'skipped'))
        lines.push(`      ${stepText(step)}`);
      const [place = '', message = '', ...facts] = failureLines(name, failure).map(makeVisible);
      lines.push(
        `    ${colours.dim(place)}`,
        `    ${colours.red(message)}`,
        ...facts.map((fact) => `      ${fact}`),
      );
      lines.push(...refusedLines(refusal ?? {}).map((line) => `      ${line}`));
      if (session?.recording !== undefined)
        lines.push(`    ${colours.dim(makeVisible(`recorded in ${shownPath(session.recording)}`))}`);
    }
    return `${lines.join('\n')}\n`;
  };
  const stepText = ({ status, label, latency, received }: StepResult): string => {
    const facts = [
      ...(received === undefined ? [] : [`row ${received}`]),
      ...(latency === undefined ? [] : [roundedDuration(latency)]),
    ];
    return `${marked(status, label)}${facts.length > 0 ? ` ${colours.dim(`(${facts.join(', ')})`)}` : ''}`;
  };
  const problemsText = ({ problems }: FileReport): string =>
    problems.map((problem) => `  ${colours.red(SYMBOLS.error)} ${problemLine(problem)}\n`).join('');

  const pages = pagesInOrder(write);
  return {
    fileStarted(name, warnings) {
      const lines = warnings.map((problem) => `  ${colours.cyan('!')} ${problemLine(problem)}\n`);
      pages.open(name, `${makeVisible(name)}\n${lines.join('')}`);
    },
    requestEnded: (name, result) => pages.add(name, requestText(name, result)),
    fileEnded(report) {
      pages.add(report.name, problemsText(report));
      pages.close(report.name);
    },
    ended(report) {
      write(`\n${summaryText(report, colours)}\n`);
    },
  };
}

/** Writes the first page as it grows, and each other page when the previous ones are complete. */
function pagesInOrder(write: (text: string) => void): {
  open(name: string, head: string): void;
  add(name: string, text: string): void;
  close(name: string): void;
} {
  const pages = new Map<string, { text: string; isClosed: boolean }>();
  const flush = (): void => {
    for (const [name, page] of pages) {
      write(page.text);
      page.text = '';
      if (!page.isClosed) return;
      pages.delete(name);
    }
  };
  const change = (name: string, text: string, isClosed: boolean): void => {
    const page = pages.get(name) ?? { text: '', isClosed: false };
    page.text += text;
    page.isClosed = isClosed;
    pages.set(name, page);
    flush();
  };
  return {
    open: (name, head) => change(name, head, false),
    add: (name, text) => change(name, text, false),
    close: (name) => change(name, '', true),
  };
}

function summaryText({ files, duration }: RunReport, colours: Colours): string {
  const { passed, failed, errors, skipped } = countsOf(files);
  const parts = [
    passed > 0 ? colours.green(`${passed} passed`) : `${passed} passed`,
    ...(failed > 0 ? [colours.red(`${failed} failed`)] : []),
    ...(errors > 0 ? [colours.red(`${errors} could not be run`)] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${parts.join(', ')} ${colours.dim(`(${roundedDuration(duration)})`)}`;
}
