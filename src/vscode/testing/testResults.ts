import { l10n, Location, TestMessage } from 'vscode';
import type { TestItem, TestRun } from 'vscode';
import { makeVisible } from '../../core/format/visible.ts';
import type {
  ExpectationResult,
  RequestResult,
  RunFailure,
  StepResult,
} from '../../core/request/run/runResult.ts';
import { editorRange } from '../requestFiles/requestDocuments.ts';
import { stepText } from '../runs/runDecorations.ts';
import type { TestItems } from './testItems.ts';
import { inertText, inertMarkdown } from '../inertText.ts';

/**
 * Reports the result of a request to the Test Explorer: the request, its expectations, and the lines of its output.
 */
export function reportResult(run: TestRun, items: TestItems, item: TestItem, result: RequestResult): void {
  for (const line of outputOf(result)) run.appendOutput(`${line}\r\n`, undefined, item);
  const checks = [...result.handshake, ...result.steps.flatMap(({ expectations }) => expectations)];
  for (const check of checks) {
    const child = items.checkAt(item, check.range.start.line);
    if (!child) continue;
    if (check.status === 'passed') run.passed(child);
    else run.failed(child, checkMessage(child, check));
  }
  const { status, failure, duration } = result;
  if (status === 'passed') run.passed(item, duration);
  else if (status === 'skipped' || !failure) run.skipped(item);
  else {
    // The failure of an expectation is not reported twice. An expectation that could not be judged was not reported.
    const isTold = checks.some(
      ({ status, range: { start } }) =>
        status === 'failed' && start.line === failure.range.start.line && items.checkAt(item, start.line),
    );
    const messages = isTold ? [] : failureMessage(item, failure);
    if (status === 'failed') run.failed(item, messages, duration);
    else run.errored(item, messages, duration);
  }
}

/** Expected and actual output are not set, because VS Code would show a diff of a condition and a value. */
function checkMessage(item: TestItem, { expected, actual, range }: ExpectationResult): TestMessage {
  return located(new TestMessage(inertText(l10n.t('expected {0}, got {1}', expected, actual))), item, range);
}

function failureMessage(item: TestItem, failure: RunFailure): TestMessage {
  const { message, range, best } = failure;
  const text = inertMarkdown(message);
  if (best)
    inertMarkdown(`\n\n${l10n.t('Closest was #{0}:', best.seq)}`, text).appendCodeblock(
      `${best.expected}\n  ${best.actual}`,
      'plaintext',
    );
  return located(new TestMessage(text), item, range);
}

function located(message: TestMessage, { uri }: TestItem, range: RunFailure['range']): TestMessage {
  if (uri) message.location = new Location(uri, editorRange(range));
  return message;
}

const MARKS: Readonly<Record<StepResult['status'], string>> = {
  passed: '✓',
  failed: '✗',
  error: '✗',
  skipped: '–',
};

/** The output for the terminal, with visible control characters. */
function outputOf({ name, steps, failure, status, insecure }: RequestResult): string[] {
  return [
    `${MARKS[status]} ${makeVisible(name)}`,
    ...(insecure ? [`  ! ${l10n.t('The certificate of the server is not verified.')}`] : []),
    ...steps.map((step) => `  ${MARKS[step.status]} ${makeVisible(step.label)}  ${stepText(step)}`),
    ...(failure ? [`  ${makeVisible(failure.message)}`] : []),
  ];
}
