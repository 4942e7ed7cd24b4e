import { describe, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { PlacedRequest, RunOptions } from '../../../../src/core/request/run/runPorts.ts';
import type { RequestResult, StepResult } from '../../../../src/core/request/run/runResult.ts';
import { RequestRuns } from '../../../../src/vscode/runs/requestRuns.ts';

const SOURCE = '### a\nWEBSOCKET ws://localhost\n\none\n===\ntwo\n### b\nWEBSOCKET ws://localhost\n';

function place(index = 0, uri = 'file:///a.ws'): PlacedRequest {
  const file = analyzeRequestFile(SOURCE);
  return { uri, file, request: file.requests[index]! };
}

/** Runs that end when the test says so. */
function setUp() {
  const started: { placed: PlacedRequest; options: RunOptions; end: (status?: string) => void }[] = [];
  const replaced = vi.fn();
  const runs = new RequestRuns(
    (placed, options) =>
      new Promise((resolve) => {
        const end = (status = 'passed'): void => resolve({ status, steps: [] } as unknown as RequestResult);
        started.push({ placed, options, end });
        options.signal?.addEventListener('abort', () => end('skipped'));
      }),
    replaced,
  );
  return { runs, started, replaced };
}

const step = (index: number): StepResult => ({ index, status: 'passed' }) as StepResult;
const session = { id: 's1', recording: undefined };

describe('the run of a request', () => {
  test('reports each step and its result', async () => {
    const { runs, started } = setUp();
    const placed = place();
    const heard: unknown[] = [];
    runs.onDidChange(({ running, steps, result }) => heard.push([running, steps.length, result?.status]));
    const running = runs.run(placed);
    const { options, end } = started[0]!;
    options.onEvent?.({ kind: 'connecting', placed, session });
    options.onEvent?.({ kind: 'stepStarted', placed, index: 0 });
    options.onEvent?.({ kind: 'stepEnded', placed, result: step(0) });
    end();
    expect((await running).status).toBe('passed');
    expect(heard).toEqual([
      [undefined, 0, undefined],
      [undefined, 0, undefined],
      [0, 0, undefined],
      [0, 1, undefined],
      [undefined, 1, 'passed'],
    ]);
    expect(runs.of(placed)?.session).toBe(session);
  });

  test('is found in the changed file, also after the request moves', async () => {
    const { runs, started } = setUp();
    const running = runs.run(place());
    started[0]!.end();
    await running;
    expect(runs.of(place())?.result?.status).toBe('passed');
    expect(runs.of(place(1))).toBeUndefined();
    expect(runs.in('file:///a.ws')).toHaveLength(1);
    expect(runs.in('file:///b.ws')).toEqual([]);
  });

  test('cancels the previous run, and its session is not used again', async () => {
    const { runs, started, replaced } = setUp();
    const placed = place();
    const first = runs.run(placed);
    started[0]!.options.onEvent?.({ kind: 'connecting', placed, session });
    const second = runs.run(placed);
    expect((await first).status).toBe('skipped');
    expect(replaced).toHaveBeenCalledExactlyOnceWith(session);
    const heard = vi.fn();
    runs.onDidChange(heard);
    started[0]!.options.onEvent?.({ kind: 'stepEnded', placed, result: step(0) });
    expect(heard).not.toHaveBeenCalled();
    started[1]!.end('failed');
    expect((await second).status).toBe('failed');
    expect(runs.of(placed)?.steps).toEqual([]);
  });

  test('ends by its own signal and by that of its caller', async () => {
    const { runs } = setUp();
    const own = runs.run(place());
    runs.of(place())!.cancel.abort();
    expect((await own).status).toBe('skipped');
    const asked = new AbortController();
    const other = runs.run(place(1), { signal: asked.signal });
    asked.abort();
    expect((await other).status).toBe('skipped');
  });
});
