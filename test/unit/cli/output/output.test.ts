import { Writable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
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

test('a large amount is written before the turn ends, so that memory stays small', () => {
  const { stream, chunks } = slowStream();
  const output = createOutput(stream, nothing);
  for (let i = 0; i < 100; i++) output.write('x'.repeat(1024));
  expect(chunks.length).toBe(1);
  expect(output.full).toBe(true);
});

test('it is full until the reader has caught up, and reports when', async () => {
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

test('drained resolves at once if nothing waits', async () => {
  const output = createOutput(slowStream().stream, nothing);
  await output.drained();
  expect(output.full).toBe(false);
});

test('flush waits for all output, and writes the rest together', async () => {
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

test('a reader that closes its end settles every wait, quietly and once', async () => {
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

test('any other failure of the output is reported', async () => {
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

describe('large amounts', () => {
  test('waiting writes are written one after another, never joined', async () => {
    const batches: number[] = [];
    const done: (() => void)[] = [];
    const take = (chunks: readonly unknown[], taken: () => void): void => {
      batches.push(chunks.length);
      done.push(taken);
    };
    const stream = new Writable({
      decodeStrings: false,
      highWaterMark: 16,
      write: (chunk, _encoding, taken) => take([chunk], taken),
      writev: (chunks, taken) => take(chunks, taken),
    });
    const output = createOutput(stream, nothing);
    const piece = 'x'.repeat(100_000);
    for (let i = 0; i < 20; i++) output.write(piece);
    const flushed = output.flush();
    for (let i = 0; i < 21; i++) {
      done.shift()?.();
      await turn();
    }
    await flushed;
    expect(Math.max(...batches)).toBe(1);
    expect(batches.length).toBeGreaterThanOrEqual(20);
  });

  test('one long text is cut between characters', async () => {
    const parts: string[] = [];
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, taken) {
        parts.push(chunk);
        setImmediate(taken);
      },
    });
    const output = createOutput(stream, nothing);
    // One character before, so that a surrogate pair lies on every even boundary.
    const text = `a${'😀'.repeat(5_000_000)}`;
    output.write(text);
    await output.flush();
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every((part) => !/[\ud800-\udbff]$/.test(part))).toBe(true);
    expect(parts.join('') === text).toBe(true);
  });

  test('bytes keep their place between texts and are not decorated', async () => {
    const chunks: Buffer[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, taken) {
        chunks.push(chunk);
        taken();
      },
    });
    const output = createOutput(stream, { ...nothing, decorate: (text) => text.toUpperCase() });
    output.write('a');
    output.write(Buffer.of(0x62, 0xff));
    output.write('c');
    await output.flush();
    expect(Buffer.concat(chunks)).toEqual(Buffer.from('A\x62\xffC', 'latin1'));
  });
});
