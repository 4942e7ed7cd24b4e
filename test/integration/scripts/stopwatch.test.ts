import { describe, expect, it, vi } from 'vitest';
import { stopwatch } from '../../../scripts/lib/stopwatch.mjs';

describe('stopwatch', () => {
  it('says each step when it is done, and sums up those that took time', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    try {
      const print = vi.fn();
      const clock = stopwatch(print);
      const pass = (ms: number) => async () => {
        await vi.advanceTimersByTimeAsync(ms);
        return ms;
      };
      expect(await clock.step('npm packages', pass(20))).toBe(20);
      expect(print).toHaveBeenLastCalledWith('✓ npm packages 0.0 s');
      await clock.step('build', pass(1_250));
      await clock.step('demo server', pass(400));
      expect(print).toHaveBeenLastCalledWith('✓ demo server 0.4 s');
      await pass(500)();
      expect(clock.summary()).toBe('2.2 s (build 1.3 s, demo server 0.4 s)');
    } finally {
      vi.useRealTimers();
    }
  });

  it('says nothing of a step that fails, but lets its error through', async () => {
    const print = vi.fn();
    const clock = stopwatch(print);
    await expect(clock.step('build', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(print).not.toHaveBeenCalled();
  });
});
