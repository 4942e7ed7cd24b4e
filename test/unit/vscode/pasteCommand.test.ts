import { expect, it, vi } from 'vitest';
import { PASTE_METADATA, pasteCommand } from '../../../src/vscode/requestFiles/language/pasteCommand.ts';
import type { DocumentPasteEdit } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

async function pasted(
  text: string | undefined,
  isCancellationRequested = false,
): Promise<DocumentPasteEdit[] | undefined> {
  const transfer = new Map(text === undefined ? [] : [['text/plain', { asString: async () => text }]]);
  const edits: unknown = await pasteCommand.provideDocumentPasteEdits!(
    undefined as never,
    [],
    transfer as never,
    undefined as never,
    { isCancellationRequested } as never,
  );
  return edits as DocumentPasteEdit[] | undefined;
}

it.each([
  [
    "curl -H 'X-A: 1' -H 'Authorization: Bearer abcdef123456' 'https://127.0.0.1:1/a'",
    'WEBSOCKET wss://127.0.0.1:1/a\nX-A: 1\nAuthorization: Bearer {{$secret authorization}}\n',
  ],
  ['wscat -c ws://127.0.0.1:1/b -x hello', 'WEBSOCKET ws://127.0.0.1:1/b\n\nhello\n'],
  // As a page shows it: with no-break spaces, and a prompt before it.
  [
    "$\u00a0curl\u00a0-H\u00a0'X-A:\u00a01'\u00a0\\\r\n\u202f\u00a0-H 'X-B: a\u00a0b'\u00a0ws://127.0.0.1:1/d",
    'WEBSOCKET ws://127.0.0.1:1/d\nX-A: 1\nX-B: a\u00a0b\n',
  ],
  ['  websocat ws://127.0.0.1:1/c', 'WEBSOCKET ws://127.0.0.1:1/c\n'],
])('offers a request for %s', async (text, request) => {
  const [edit, ...more] = (await pasted(text))!;
  expect(more).toEqual([]);
  expect(edit!.insertText).toContain(request);
  expect(edit!.title).toBe('Convert to a Request');
  // The text itself stays the default: it may be meant as a payload.
  expect(edit!.yieldTo.map(({ value }) => value)).toEqual(['text']);
  expect(PASTE_METADATA.providedPasteEditKinds).toContain(edit!.kind);
});

it.each([
  undefined,
  '',
  'hello',
  'curling is a sport',
  '{"curl": "ws://127.0.0.1:1"}',
  'curl',
  `curl ${'x'.repeat(1024 * 1024)}`,
])('offers nothing for other texts (%#)', async (text) => expect(await pasted(text)).toBeUndefined());

it('offers nothing after a cancel', async () =>
  expect(await pasted('curl ws://127.0.0.1:1', true)).toBeUndefined());
