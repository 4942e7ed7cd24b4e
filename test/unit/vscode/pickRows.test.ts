import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { filteredRows, pickRows, parseRowSpan } from '../../../src/vscode/exports/pickRows.ts';
import { window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => vi.clearAllMocks());

const ROWS = { from: 10, end: 100 };

/** A search that finds these rows in two parts. */
function engineThatFinds(numbers: readonly number[], error?: { code: 'call.invalid'; message: string }) {
  const dispose = vi.fn(async () => undefined);
  const listeners = new Set<() => void>();
  const state = { hits: Math.min(1, numbers.length), done: false, error: undefined as typeof error };
  const search = vi.fn(() => {
    setImmediate(() => {
      Object.assign(state, { hits: numbers.length, done: true, error });
      for (const listener of listeners) listener();
    });
    return {
      state,
      hitNumbers: async (from: number) => Float64Array.from(numbers.slice(from, state.done ? undefined : 1)),
      onDidChange(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      dispose,
    };
  });
  return { engine: { search } as unknown as Engine, search, dispose };
}

describe('a typed range', () => {
  it.each([
    ['20..29', { from: 20, end: 30 }],
    ['20..', { from: 20, end: 100 }],
    ['..29', { from: 10, end: 30 }],
    [' 50 ', { from: 50, end: 51 }],
    ['0..1000', { from: 10, end: 100 }],
    ['30..20', undefined],
    ['', undefined],
    ['..', undefined],
    ['a..b', undefined],
    ['1..2..3', undefined],
  ])('is read from %j', (text, range) => expect(parseRowSpan(text, ROWS)).toEqual(range));
});

describe('a typed filter', () => {
  it('gives the numbers of all hits, including later ones', async () => {
    const { engine, search, dispose } = engineThatFinds([12, 15, 99]);
    expect(await filteredRows(engine, '/r', 'in text', ROWS)).toEqual({
      numbers: Float64Array.of(12, 15, 99),
    });
    expect(search).toHaveBeenCalledWith('/r', { directions: ['in'], kinds: ['text'] }, { from: 10, to: 100 });
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('fails with the message of the search or of the filter parser', async () => {
    const { engine, dispose } = engineThatFinds([], { code: 'call.invalid', message: 'It ended.' });
    await expect(filteredRows(engine, '/r', 'in', ROWS)).rejects.toThrow('It ended.');
    expect(dispose).toHaveBeenCalledOnce();
    await expect(filteredRows(engine, '/r', 'sideways', ROWS)).rejects.toMatchObject({
      code: 'call.invalid',
    });
  });
});

describe('a long search', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** A search that goes on until the test says otherwise. */
  function slowEngine() {
    const listeners = new Set<() => void>();
    const state = { hits: 0, done: false, error: undefined, scanned: 0, total: 200 };
    const dispose = vi.fn(async () => undefined);
    const search = vi.fn(() => ({
      state,
      hitNumbers: async (from: number) => Float64Array.from([11, 12].slice(from, state.hits)),
      onDidChange(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      dispose,
    }));
    const change = async (changed: Partial<typeof state>): Promise<void> => {
      Object.assign(state, changed);
      for (const listener of [...listeners]) listener();
      await Promise.resolve();
      await Promise.resolve();
    };
    return { engine: { search } as unknown as Engine, change, listeners, dispose };
  }

  /** The progress that is shown if the search takes long. */
  function shown() {
    const [options, task] = window.withProgress.mock.calls[0] as unknown as [
      { title: string; cancellable: boolean },
      (progress: object, token: object) => Promise<void>,
    ];
    const increments: number[] = [];
    let cancel!: () => void;
    const over = task(
      { report: ({ increment }: { increment: number }) => increments.push(increment) },
      { onCancellationRequested: (listener: () => void) => (cancel = listener) },
    );
    return { options, increments, cancel: () => cancel(), over };
  }

  it('shows its progress', async () => {
    const { engine, change, listeners, dispose } = slowEngine();
    const found = filteredRows(engine, '/r', 'in', ROWS);
    vi.advanceTimersByTime(499);
    expect(window.withProgress).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    const { options, increments, over } = shown();
    expect(options).toMatchObject({ title: 'Searching', cancellable: true });
    await change({ scanned: 50 });
    await change({ scanned: 150, hits: 2 });
    await change({ scanned: 200, done: true });
    expect(await found).toEqual({ numbers: Float64Array.of(11, 12) });
    await over;
    expect(increments.reduce((sum, each) => sum + each, 0)).toBe(100);
    expect(increments.length).toBeGreaterThan(2);
    expect(listeners.size).toBe(0);
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('ends with Cancel, together with the search', async () => {
    const { engine, change, listeners, dispose } = slowEngine();
    const found = filteredRows(engine, '/r', 'in', ROWS);
    const refused = expect(found).rejects.toMatchObject({
      code: 'call.cancelled',
      message: 'The search was cancelled.',
    });
    vi.advanceTimersByTime(500);
    const { cancel, over } = shown();
    await change({ scanned: 50 });
    cancel();
    await refused;
    await over;
    expect(listeners.size).toBe(0);
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('shows nothing if it takes only a moment', async () => {
    const { engine, change } = slowEngine();
    const found = filteredRows(engine, '/r', 'in', ROWS);
    await change({ scanned: 200, done: true });
    await found;
    vi.advanceTimersByTime(10_000);
    expect(window.withProgress).not.toHaveBeenCalled();
  });
});

describe('the question about rows', () => {
  const pick = (label: string): void => {
    window.showQuickPick.mockImplementationOnce((async (items: { label: string }[]) =>
      items.find((each) => each.label === label)) as never);
  };

  it('takes all rows, a range, a filter or nothing', async () => {
    const { engine } = engineThatFinds([12]);
    expect(await pickRows(engine, '/r', ROWS)).toBeUndefined();
    pick('All Rows');
    expect(await pickRows(engine, '/r', ROWS)).toEqual(ROWS);
    pick('Range…');
    window.showInputBox.mockResolvedValueOnce('20..29');
    expect(await pickRows(engine, '/r', ROWS)).toEqual({ from: 20, end: 30 });
    pick('Range…');
    window.showInputBox.mockResolvedValueOnce(undefined);
    expect(await pickRows(engine, '/r', ROWS)).toBeUndefined();
    pick('Filter…');
    window.showInputBox.mockResolvedValueOnce('in');
    expect(await pickRows(engine, '/r', ROWS)).toEqual({ numbers: Float64Array.of(12) });
  });

  it('shows the form of a range or a filter while the user types', async () => {
    const { engine } = engineThatFinds([12]);
    pick('Range…');
    await pickRows(engine, '/r', ROWS);
    const [{ validateInput }] = window.showInputBox.mock.calls[0] as unknown as [
      { validateInput: (text: string) => string | undefined },
    ];
    expect(validateInput('5..')).toBeUndefined();
    expect(validateInput('x')).toBe('First and last row, as in 100..199');
  });

  it('offers the rows of a view, the selection first, and reads only the chosen ones', async () => {
    const { engine } = engineThatFinds([]);
    const set = (numbers: readonly number[]) => ({
      count: numbers.length,
      rows: vi.fn(async () => ({ numbers: Float64Array.from(numbers) })),
    });
    const offered = {
      row: { seq: 12, rows: vi.fn(async () => ({ from: 12, end: 13 })) },
      selected: set([12, 13]),
      filtered: set(Array.from({ length: 1_234 }, (_, index) => index)),
    };
    expect(await pickRows(engine, '/r', ROWS, offered)).toBeUndefined();
    const [items] = window.showQuickPick.mock.calls[0] as unknown as [
      { label: string; description?: string }[],
    ];
    expect(items.map(({ label, description }) => [label, description])).toEqual([
      ['Selected Rows', '2'],
      ['Row #12', ''],
      ['Filtered Rows', '1,234'],
      ['All Rows', '90'],
      ['Range…', undefined],
      ['Filter…', undefined],
    ]);
    for (const { rows } of Object.values(offered)) expect(rows).not.toHaveBeenCalled();
    pick('Selected Rows');
    expect(await pickRows(engine, '/r', ROWS, offered)).toEqual({ numbers: Float64Array.of(12, 13) });
    pick('Row #12');
    expect(await pickRows(engine, '/r', ROWS, offered)).toEqual({ from: 12, end: 13 });
    expect(offered.filtered.rows).not.toHaveBeenCalled();
    pick('All Rows');
    expect(await pickRows(engine, '/r', ROWS, offered)).toEqual(ROWS);
  });

  it('offers no view if it has no rows', async () => {
    const { engine } = engineThatFinds([]);
    await pickRows(engine, '/r', ROWS, {});
    const [items] = window.showQuickPick.mock.calls[0] as unknown as [{ label: string }[]];
    expect(items.map(({ label }) => label)).toEqual(['All Rows', 'Range…', 'Filter…']);
  });
});
