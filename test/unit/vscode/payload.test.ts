import { describe, expect, test, vi } from 'vitest';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { checkCopySize, clipboardText, payloadRow } from '../../../src/vscode/payload/copyPayload.ts';
import { proposedFileName } from '../../../src/vscode/payload/saveFile.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function row(given: Partial<Row> = {}): Row {
  return {
    seq: 12,
    time: 0,
    kind: 'text',
    direction: 'in',
    size: 5,
    stored: 5,
    flags: 0,
    preview: 'hello',
    ...given,
  };
}

describe('the proposed file name', () => {
  test.each<[string, Partial<Row>, string]>([
    ['localhost:8080/echo', {}, 'localhost-8080-echo-12.txt'],
    ['echo', { preview: '{"a":1}' }, 'echo-12.json'],
    ['echo', { preview: ' [1]' }, 'echo-12.json'],
    ['echo', { kind: 'binary', preview: '7b 7d' }, 'echo-12.bin'],
    ['echo', { kind: 'ping' }, 'echo-12.bin'],
    ['echo', { flags: FLAG.invalidUtf8, preview: '{' }, 'echo-12.bin'],
    ['echo', { kind: 'close' }, 'echo-12.json'],
    ['Übung 1', {}, 'Übung-1-12.txt'],
  ])('is made from %s and %j: %s', (name, given, expected) => {
    expect(proposedFileName(name, row(given))).toBe(expected);
  });

  test.each([
    '../../etc/passwd',
    '..\\..\\x',
    '/absolute',
    'C:\\x',
    'a\0b',
    '....',
    '',
    '-rf',
    'CON',
    'a\u202eb',
  ])('never leads out of the folder or to a device: %j', (name) => {
    const proposed = proposedFileName(name, row());
    expect(proposed).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*-12\.txt$/u);
    expect(proposed).not.toContain('..');
    expect(proposed).not.toMatch(/^con[.-]/i);
  });

  test('stays short', () => {
    expect(proposedFileName('x'.repeat(500), row()).length).toBeLessThan(80);
  });
});

describe('a copied payload', () => {
  test('is exactly the text, including BOM and control characters', () => {
    const text = '\uFEFF{"a": 1.0}\r\n\0\u001b[31m';
    expect(clipboardText(row(), new TextEncoder().encode(text))).toEqual({ text, asHex: false });
  });

  test.each<Partial<Row>>([
    { kind: 'binary' },
    { kind: 'ping' },
    { kind: 'pong' },
    { flags: FLAG.invalidUtf8 },
  ])('is hexadecimal for %j', (given) => {
    expect(clipboardText(row(given), Uint8Array.of(0, 255, 0x1e))).toEqual({ text: '00ff1e', asHex: true });
  });

  test('is refused with a remedy if it is too large', () => {
    expect(() => checkCopySize(64 * 1024 * 1024)).not.toThrow();
    expect(() => checkCopySize(64 * 1024 * 1024 + 1)).toThrow(/save it to a file/);
  });
});

describe('the row of a payload', () => {
  test('has the folder of its recording', async () => {
    const session = { folder: '/recording', readRows: async () => [row()] };
    expect(await payloadRow(session, 12)).toEqual({ row: row(), folder: '/recording' });
  });

  test('is refused by its number if it does not exist', async () => {
    const session = { folder: '/recording', readRows: async () => [] };
    await expect(payloadRow(session, 99)).rejects.toThrow(/no message 99/);
  });

  test('is refused if its session is not recorded', async () => {
    const session = { folder: undefined, readRows: async () => [] };
    await expect(payloadRow(session, 0)).rejects.toThrow(/not recorded/);
  });
});
