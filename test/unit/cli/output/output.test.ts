import { Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { createOutput } from '../../../../src/cli/output/output.ts';

/** A stream whose reader takes a chunk only when told to. */
function slowStream(): { stream: Writable; chunks: string[]; take: (error?: Error) => void } {
  const chunks: string[] = [];
  const taken: ((error?: Error) => void)[] = [];
  const stream = new Writable({
    decodeStrings: false,
    highWaterMark: 16,
    write(chunk: string, _encoding, done) {
      chunks.push(chunk);
      taken.push(done);
    },
  });
  return { stream, chunks, take: (error) => taken.shift()?.(error) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nothing = { onGone: (): void => undefined };

test('lines of one turn are one write', async () => {
  const { stream, chunks } = slowStream();
  const output = createOutput(stream, nothing);
  output.write('a\n');
  output.write('b\n');
  expect(chunks).toEqual([]);
  await turn();
  expect(chunks).toEqual(['a\nb\n']);
});

test('much is written before the turn ends, so that it does not pile up', () => {
  const { stream, chunks } = slowStream();
  const output = createOutput(stream, nothing);
  for (let i = 0; i < 100; i++) output.write('x'.repeat(1024));
  expect(chunks.length).toBe(1);
  expect(output.full).toBe(true);
});

test('it is full until the reader has caught up, and says when', async () => {
  const { stream, take } = slowStream();
  const output = createOutput(stream, nothing);
  output.write('more than the high-water mark');
  await turn();
  expect(output.full).toBe(true);
  const drained = vi.fn();
  void output.drained().then(drained);
  await turn();
  expect(drained).not.toHaveBeenCalled();
  take();
  await turn();
  expect(drained).toHaveBeenCalledOnce();
  expect(output.full).toBe(false);
});

test('drained is immediate where nothing waits', async () => {
  const output = createOutput(slowStream().stream, nothing);
  await output.drained();
  expect(output.full).toBe(false);
});

test('flush waits for all of it, and writes what was still held together', async () => {
  const { stream, chunks, take } = slowStream();
  const output = createOutput(stream, nothing);
  output.write('last words');
  const flushed = vi.fn();
  void output.flush().then(flushed);
  await turn();
  expect(chunks).toEqual(['last words']);
  expect(flushed).not.toHaveBeenCalled();
  take();
  await turn();
  take();
  await turn();
  expect(flushed).toHaveBeenCalledOnce();
});

test('a reader that closed its end ends all waiting, quietly and once', async () => {
  const { stream, chunks, take } = slowStream();
  const onGone = vi.fn();
  const output = createOutput(stream, { onGone });
  output.write('more than the high-water mark');
  await turn();
  const drained = output.drained();
  take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await drained;
  expect(onGone.mock.calls).toEqual([[undefined]]);
  output.write('more');
  await turn();
  await output.flush();
  expect(chunks.length).toBe(1);
});

test('any other failure of the output is told', async () => {
  const { stream, take } = slowStream();
  const onGone = vi.fn();
  const output = createOutput(stream, { onGone });
  output.write('x');
  await turn();
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const flushed = output.flush();
  take(full);
  await flushed;
  expect(onGone.mock.calls).toEqual([[full]]);
});

test('a batch is decorated as a whole', async () => {
  const { stream, chunks } = slowStream();
  const output = createOutput(stream, { ...nothing, decorate: (text) => `[${text}]` });
  output.write('a');
  output.write('b');
  await turn();
  expect(chunks).toEqual(['[ab]']);
});
