import { l10n, TestMessage, TestRunProfileKind, TestRunRequest, tests, workspace } from 'vscode';
import type { CancellationToken, Disposable, LogOutputChannel, TestItem, TestRun } from 'vscode';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { RequestResult } from '../../core/request/run/runResult.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { detach } from '../report.ts';
import { findRequest } from '../requestFiles/findRequest.ts';
import type { RequestIndex } from '../requestFiles/requestIndex.ts';
import type { RequestRuns } from '../runs/requestRuns.ts';
import { requireTrust } from '../trust.ts';
import { TestItems } from './testItems.ts';
import { reportResult } from './testResults.ts';
import { inertText } from '../inertText.ts';

/** Runs requests as the Test Explorer does, so that every run shows the same results and marks. */
export interface RequestTestRunner {
  /** Runs requests of one file, one after the other. */
  runRequests(found: readonly PlacedRequest[]): Promise<RequestResult[]>;
}

/** The Test Explorer: request files, their requests and their expectations. Each request is a test. */
export function requestTests(
  index: RequestIndex,
  runs: RequestRuns,
  log: LogOutputChannel,
): Disposable & RequestTestRunner {
  const controller = tests.createTestController('duplex.requests', l10n.t('WebSocket Requests'));
  const items = new TestItems(controller, index, log);
  controller.resolveHandler = (item) => (item ? items.resolve(item) : items.listFiles());
  controller.refreshHandler = () => index.refresh();

  const runItem = async (run: TestRun, item: TestItem, signal: AbortSignal): Promise<void> => {
    const subject = items.subjectOf(item);
    if (subject?.kind !== 'request') return;
    run.started(item);
    try {
      requireTrust();
      const placed = await findRequest(subject.uri, subject.which);
      reportResult(run, items, item, await runs.run(placed, { signal }));
    } catch (thrown) {
      run.errored(item, new TestMessage(inertText(toDuplexError(thrown).message)));
    }
  };
  const runAll = async (request: TestRunRequest, token: CancellationToken): Promise<void> => {
    const run = controller.createTestRun(request);
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      for (const item of await chosen(request)) {
        if (token.isCancellationRequested) run.skipped(item);
        else await runItem(run, item, cancel.signal);
      }
    } finally {
      subscription.dispose();
      run.end();
    }
  };
  /** The requests to run, each once. A chosen expectation runs its request. */
  const chosen = async ({ include, exclude = [] }: TestRunRequest): Promise<TestItem[]> => {
    if (!include) await items.listFiles();
    const from = include ?? [...controller.items].map(([, item]) => item);
    const below = await Promise.all(from.map((item) => items.requestsBelow(item)));
    const left = new Set(exclude);
    return [...new Set(below.flat())].filter(
      (item) => !left.has(item) && !(item.parent && left.has(item.parent)),
    );
  };
  /** Runs again whenever one of the chosen files is saved, until the user stops it. */
  const runContinuously = ({ include, exclude }: TestRunRequest, token: CancellationToken): void => {
    const subscription = workspace.onDidSaveTextDocument(({ uri }) => {
      const file = controller.items.get(uri.toString());
      const saved =
        include?.filter((item) => item.uri?.toString() === uri.toString()) ?? (file ? [file] : []);
      if (saved.length > 0) detach(runAll(new TestRunRequest(saved, exclude, profile, true), token), log);
    });
    token.onCancellationRequested(() => void subscription.dispose());
  };
  const profile = controller.createRunProfile(
    l10n.t('Run'),
    TestRunProfileKind.Run,
    async (request, token) => {
      if (request.continuous) runContinuously(request, token);
      else await runAll(request, token);
    },
    true,
    undefined,
    true,
  );
  const runRequests = async (found: readonly PlacedRequest[]): Promise<RequestResult[]> => {
    const placed = await Promise.all(found.map(async (each) => ({ each, item: await items.itemOf(each) })));
    const listed = placed.flatMap(({ item }) => item ?? []);
    // Keeps the focus in the editor.
    const run = controller.createTestRun(new TestRunRequest(listed, undefined, profile, false, true));
    try {
      const results: RequestResult[] = [];
      for (const { each, item } of placed) {
        if (item) run.started(item);
        const result = await runs.run(each);
        if (item) reportResult(run, items, item, result);
        results.push(result);
      }
      return results;
    } finally {
      run.end();
    }
  };
  return {
    runRequests,
    dispose() {
      profile.dispose();
      items.dispose();
      controller.dispose();
    },
  };
}
