import { beforeEach, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { saveAsRequestFile } from '../../../src/vscode/commands/saveAsRequestFile.ts';
import { missingHeaders } from '../../../src/vscode/sessionLifecycle.ts';
import { fakeLog } from './support/fakeLog.ts';
import { summary } from './support/fakeSession.ts';
import { window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/vscode/sessionLifecycle.ts', () => ({ missingHeaders: vi.fn(() => []) }));

interface SentRow {
  readonly kind: string;
  readonly direction: string;
  readonly text: string;
  readonly stored?: number;
}

const sent = (text: string): SentRow => ({ kind: 'text', direction: 'out', text });

/** Saves a session with these options and rows. @returns the document's text */
async function saved(
  options: { readonly url: string } & Partial<ConnectOptions>,
  rows: readonly SentRow[] = [],
  firstRow = 0,
): Promise<string> {
  const out = rows.filter(({ direction, kind }) => direction === 'out' && kind !== 'close');
  const session = {
    options: connectOptions(options),
    summary: summary({ name: 'Mine', firstRow, out: { messages: out.length, bytes: 0 } }),
    rows: rows.length,
    readRows: async (from: number, count: number) =>
      rows.slice(from, from + count).map(({ kind, direction, text, stored = text.length }, index) => ({
        ...{ seq: from + index, kind, direction, stored },
        size: text.length,
      })),
    readPayload: async (seq: number) => new TextEncoder().encode(rows[seq]!.text),
  };
  await saveAsRequestFile(session as unknown as Session, fakeLog().log);
  const [{ content }] = workspace.openTextDocument.mock.calls.at(-1) as [{ content: string }];
  expect(analyzeRequestFile(content).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return content;
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.settings = {};
});

test('the file connects with the options of the session and sends its messages, nothing else', async () => {
  const content = await saved({ url: 'ws://h/', subprotocols: ['a'], heartbeat: 2000 }, [
    { kind: 'open', direction: 'none', text: '{}' },
    sent('one'),
    { kind: 'text', direction: 'in', text: 'answer' },
    sent('two'),
    { kind: 'close', direction: 'out', text: '{}' },
  ]);
  expect(content).toBe(`### Mine
# @subprotocol a
# @heartbeat 2s
WEBSOCKET ws://h/

one
===
two
`);
  expect(workspace.openTextDocument).toHaveBeenCalledWith({ language: 'websocket-request', content });
  expect(window.showTextDocument).toHaveBeenCalledOnce();
});

test('options equal to the settings are not written', async () => {
  workspace.settings = { 'connection.heartbeat': 2, 'connection.maxPayload': 1 };
  const content = await saved({ url: 'ws://h/', heartbeat: 2000, maxPayload: 0 });
  expect(content).toBe('### Mine\n# @max-payload 0\nWEBSOCKET ws://h/\n');
});

test('secrets are references, and a message explains how to enter them', async () => {
  const content = await saved({ url: 'ws://h/?token=canary-1', headers: [['Cookie', 'sid=canary-2']] }, [
    sent('{"auth":"canary-1"}'),
  ]);
  expect(content).not.toContain('canary');
  expect(content).toContain('# Secrets are not in this file (token, cookie): enter each with');
  expect(content).toContain('{"auth":"{{$secret token}}"}');
});

test('masked secrets of a recording are references too', async () => {
  vi.mocked(missingHeaders).mockReturnValueOnce(['Authorization', 'Sec-WebSocket-Protocol']);
  const content = await saved({ url: `ws://h/?token=${MASK}`, subprotocols: ['v1'] });
  expect(content).not.toContain(MASK);
  expect(content).toContain('# @subprotocol v1, {{$secret subprotocol}}');
  expect(content).toContain('Authorization: {{$secret authorization}}');
  expect(content).toContain('ws://h/?token={{$secret token}}');
});

test('the first of many messages are written, and a comment says that there were more', async () => {
  const content = await saved(
    { url: 'ws://h/' },
    Array.from({ length: 5000 }, (_, index) => sent(`message ${index}`)),
  );
  expect(content).toContain('# This file has 100 of the 5000 messages that were sent.');
  expect(content.match(/^message \d+$/gm)).toHaveLength(100);
  const large = await saved({ url: 'ws://h/' }, [sent('small'), sent('x'.repeat(2 ** 20)), sent('later')]);
  expect(large).toContain('# This file has 1 of the 3 ');
});

test('a message that is not stored whole is not written as a whole one', async () => {
  const content = await saved({ url: 'ws://h/' }, [sent('one'), { ...sent('two'), stored: 1 }]);
  expect(content).toContain('# This file has 1 of the 2 ');
  expect(content).not.toContain('two');
});

test('messages hidden by a clear are left out', async () => {
  const content = await saved({ url: 'ws://h/' }, [sent('hidden'), sent('shown')], 1);
  expect(content).toContain('shown');
  expect(content).not.toContain('hidden');
});
