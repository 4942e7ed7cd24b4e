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

describe('the message rates of a page', () => {
  it('are requested after the first row, and not before', async () => {
    const { model, ask, update } = setUp();
    update(0);
    await settle();
    expect(ask).not.toHaveBeenCalled();
    update(5);
    await settle();
    expect(model.rates?.next).toBe(5);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('are requested again at once until the host has counted all rows', async () => {
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

  it('are requested once a second in a live session', async () => {
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

  it('are not requested endlessly if the files have fewer rows than the page expects', async () => {
    const { ask, update, answers } = setUp();
    answers.push(10, 10);
    update(50);
    await settle();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('are reset when the session is cleared', async () => {
    const { model, ask, update } = setUp();
    update(100);
    await settle();
    update(110, 100);
    expect(model.rates).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(model.rates?.next).toBe(110);
  });

  it('ignore an answer that counts rows cleared meanwhile', async () => {
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

  it('report a failure once, and are requested again later', async () => {
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

  it('are not requested while they are hidden', async () => {
    const { model, ask, update, answers } = setUp();
    answers.push(300);
    update(1_000);
    model.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
