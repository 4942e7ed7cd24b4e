import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStreamInput, createTerminalInput, type Input } from '../../../../src/cli/connect/input.ts';

/** A keyboard that remembers whether it is in raw mode. */
class Keyboard extends PassThrough {
  isRaw = false;
  setRawMode(mode: boolean): this {
    this.isRaw = mode;
    return this;
  }
}

let keyboard: Keyboard;
let screen: { columns: number; write: (text: string) => boolean };
let screenText: string;
const onInterrupt = vi.fn();
let input: Input;

beforeEach(() => {
  screenText = '';
  screen = { columns: 80, write: (text) => (screenText += text) !== '' };
  keyboard = new Keyboard();
  onInterrupt.mockClear();
  input = createTerminalInput(keyboard as unknown as NodeJS.ReadStream, screen, onInterrupt);
});
afterEach(() => input.close());

async function take(count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of input.lines) {
    lines.push(Buffer.from(line).toString());
    if (lines.length === count) break;
  }
  return lines;
}

test('typed lines arrive, also those typed before the first read', async () => {
  keyboard.write('one\rtw');
  keyboard.write('o\r');
  expect(await take(2)).toEqual(['one', 'two']);
});

test('a character cut between two reads arrives whole', async () => {
  const bytes = Buffer.from('grüße\r');
  keyboard.write(bytes.subarray(0, 3));
  keyboard.write(bytes.subarray(3));
  expect(await take(1)).toEqual(['grüße']);
});

test('the terminal is in raw mode while it reads, and not afterwards', () => {
  expect(keyboard.isRaw).toBe(true);
  input.close();
  expect(keyboard.isRaw).toBe(false);
  expect(keyboard.destroyed).toBe(true);
});

test('Ctrl+C calls the interrupt handler', async () => {
  keyboard.write('\x03');
  await vi.waitFor(() => expect(onInterrupt).toHaveBeenCalledOnce());
});

test('Ctrl+D ends the lines after the earlier ones', async () => {
  keyboard.write('last\r\x04');
  expect(await take(10)).toEqual(['last']);
  expect(keyboard.isRaw).toBe(false);
});

test('closing ends the lines', async () => {
  const rest = take(1);
  input.close();
  expect(await rest).toEqual([]);
});

test('the typed line is shown, and stays below the output', async () => {
  keyboard.write('draft');
  await vi.waitFor(() => expect(screenText).toContain('> draft'));
  expect(input.decorate('<- message\n')).toBe('\r\x1b[2K<- message\n\r\x1b[2K> draft\x1b7\x1b8');
  input.close();
  expect(input.decorate('<- message\n')).toBe('<- message\n');
  expect(screenText.endsWith('\r\x1b[2K')).toBe(true);
});

test('nothing is shown without a screen', async () => {
  input.close();
  keyboard = new Keyboard();
  input = createTerminalInput(keyboard as unknown as NodeJS.ReadStream, undefined, onInterrupt);
  const before = screenText;
  keyboard.write('one\r');
  expect(await take(1)).toEqual(['one']);
  expect(screenText).toBe(before);
  expect(input.decorate('text')).toBe('text');
});

test('the terminal is in raw mode again after the process was stopped and continued', () => {
  keyboard.setRawMode(false);
  process.emit('SIGCONT');
  expect(keyboard.isRaw).toBe(true);
});

test('a pipe is read by lines, left alone when printing, and closed', async () => {
  const pipe = new PassThrough();
  const piped = createStreamInput(pipe);
  pipe.end('one\ntwo');
  const lines: string[] = [];
  for await (const line of piped.lines) lines.push(Buffer.from(line).toString());
  expect(lines).toEqual(['one', 'two']);
  expect(piped.decorate('text')).toBe('text');
  piped.close();
  expect(pipe.destroyed).toBe(true);
});
