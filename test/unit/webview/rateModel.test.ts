import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Rates } from '../../../src/shared/timelineProtocol.ts';
import { createRateModel } from '../../../src/webview/chart/rateModel.ts';

const NONE = { mean: [], min: [], max: [] };
const upTo = (next: number): Rates => ({ next, start: 0, width: 125_000, end: next, in: NONE, out: NONE });

/** A host that has counted `next` rows by its next answer. */
function setUp() {
  const answers: number[] = [];
  const onChange = vi.fn();
  const onError = vi.fn();
  let rows = 0;
  const ask = vi.fn(async () => {
    const next = answers.shift() ?? rows;
    if (next < 0) throw new Error('gone');
    return upTo(next);
  });
  const model = createRateModel(ask, onChange, onError);
  return {
    ...{ model, ask, onChange, onError, answers },
    update: (total: number, firstRow = 0) => {
      rows = total;
      model.update(total, firstRow);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the rates of a page', () => {
  it('are asked for once there are rows, and not before', async () => {
    const { model, ask, update } = setUp();
    update(0);
    await settle();
    expect(ask).not.toHaveBeenCalled();
    update(5);
    await settle();
    expect(model.rates?.next).toBe(5);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('are asked for again at once while the host has not counted all', async () => {
    const { model, ask, update, answers, onChange } = setUp();
    answers.push(300, 600);
    const seen: (number | undefined)[] = [];
    onChange.mockImplementation(() => seen.push(model.progress));
    update(1_000);
    await settle();
    expect(ask).toHaveBeenCalledTimes(3);
    expect(seen).toEqual([0.3, 0.6, undefined]);
    expect(model.rates?.next).toBe(1_000);
  });

  it('of a session that goes on are asked for once a second', async () => {
    const { model, ask, update } = setUp();
    update(1);
    await settle();
    for (let rows = 2; rows <= 20; rows++) {
      update(rows);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(model.rates?.next).toBe(20);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ask).toHaveBeenCalledTimes(2);
    update(21);
    await settle();
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('do not go round and round where the files have fewer rows than were told', async () => {
    const { ask, update, answers } = setUp();
    answers.push(10, 10);
    update(50);
    await settle();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('begin anew when the session was cleared', async () => {
    const { model, ask, update } = setUp();
    update(100);
    await settle();
    update(110, 100);
    expect(model.rates).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(model.rates?.next).toBe(110);
  });

  it('leave out an answer that counts what was cleared meanwhile', async () => {
    const { model, ask, update } = setUp();
    let answer: (rates: Rates) => void = () => undefined;
    ask.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    update(100);
    update(110, 100);
    answer(upTo(100));
    await settle();
    expect(ask).toHaveBeenCalledTimes(2);
    expect(model.rates?.next).toBe(110);
  });

  it('tell once why they cannot be had, and try again later', async () => {
    const { ask, update, answers, onError } = setUp();
    answers.push(-1);
    update(5);
    await settle();
    expect(onError).toHaveBeenCalledTimes(1);
    update(6);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('are no longer asked for once they are not shown', async () => {
    const { model, ask, update, answers } = setUp();
    answers.push(300);
    update(1_000);
    model.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
