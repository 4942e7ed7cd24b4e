import { afterEach, describe, expect, it } from 'vitest';
import { onInterrupts } from '../../../src/cli/interrupts.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const listenersOf = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));

function listening() {
  const calls: string[] = [];
  const interrupt = onInterrupts(
    () => calls.push('first'),
    () => calls.push('second'),
  );
  return { calls, interrupt };
}

describe('onInterrupts', () => {
  const before = listenersOf();
  afterEach(() => {
    // Each test ends with two signals, after which no listener is left.
    expect(listenersOf()).toEqual(before);
  });

  it.each(SIGNALS)('ends gracefully at the first %s and immediately at the second', (signal) => {
    const { calls } = listening();
    process.emit(signal);
    expect(calls).toEqual(['first']);
    process.emit(signal);
    expect(calls).toEqual(['first', 'second']);
  });

  it('counts different signals together', () => {
    const { calls } = listening();
    process.emit('SIGHUP');
    process.emit('SIGTERM');
    expect(calls).toEqual(['first', 'second']);
  });

  it('counts the key Ctrl+C as a signal', () => {
    const { calls, interrupt } = listening();
    interrupt();
    process.emit('SIGTERM');
    expect(calls).toEqual(['first', 'second']);
  });

  it('ignores a third call of the key, and the system handles a third signal', () => {
    const { calls, interrupt } = listening();
    interrupt();
    interrupt();
    expect(listenersOf()).toEqual(before);
    interrupt();
    expect(calls).toEqual(['first', 'second']);
  });
});
