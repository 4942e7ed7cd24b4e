import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { createFileScope } from '../../../src/core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../src/core/request/variables/value.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { createDraftSchemas } from '../../../src/vscode/panel/compose/draftSchemas.ts';
import { draftOfMessage } from '../../../src/vscode/panel/compose/messageDraft.ts';
import { encodeOutside } from '../../../src/vscode/payload/encodeOutside.ts';
import { stepAct } from '../../../src/vscode/requestFiles/requestCommands.ts';
import { directTypes } from './support/directTypes.ts';
import { Uri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const FEED = resolve('examples/data/feed.proto');
const REFUSAL = 'Duplex reads no files in Restricted Mode: trust this workspace first.';
const TICK = Uint8Array.of(0x0a, 1, 0x41);

const read = vi.fn(directTypes.type);
const types = { type: read };

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.workspaceFolders = [{ uri: Uri.file(resolve('examples')) }];
  window.showInputBox.mockResolvedValue('feed.Tick from data/feed.proto');
});

async function failure(work: () => Promise<unknown>): Promise<string> {
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as DuplexError | undefined)?.message ?? 'none';
}

const outside = { format: 'protobuf', message: 'feed.Tick', file: FEED } as const;
const json = new TextEncoder().encode('{"symbol": "A"}');

function step(): Promise<unknown> {
  const source = `WEBSOCKET ws://h\n\n# @encode protobuf feed.Tick from ${FEED}\n{"symbol": "A"}\n`;
  const file = analyzeRequestFile(source);
  return stepAct(
    Uri.file(resolve('examples/a.ws')) as never,
    file.requests[0]!.steps[0]!,
    createFileScope([], SAMPLE_PORTS),
    types,
  );
}

const WAYS: readonly [string, () => Promise<unknown>][] = [
  ['the schema that a user enters', () => createDraftSchemas(() => [], types).ask('')],
  ['a draft of the composer', () => encodeOutside(json, outside, (path) => path, types)],
  ['a step of a request file', step],
];

describe('in Restricted Mode no schema is read', () => {
  test.each(WAYS)('for %s', async (_, work) => {
    workspace.isTrusted = false;
    expect(await failure(work)).toBe(REFUSAL);
    expect(read).not.toHaveBeenCalled();
    expect(window.showInputBox).not.toHaveBeenCalled();
  });

  test.each(WAYS)('and with trust one is, for %s', async (_, work) => {
    expect(await failure(work)).toBe('none');
    expect(read).toHaveBeenCalledWith(FEED, 'feed.Tick');
  });

  test('to edit a message: it is opened as its bytes', async () => {
    const rules = [`protobuf feed.Tick from ${FEED}`];
    const message = { kind: 'binary', data: TICK, direction: 'in', rules } as const;
    expect(await draftOfMessage(message, types)).toMatchObject({ mode: 'json' });
    read.mockClear();
    workspace.isTrusted = false;
    expect(await draftOfMessage(message, types)).toEqual({ mode: 'hex', text: '0a 01 41' });
    expect(read).not.toHaveBeenCalled();
  });

  test('what needs no file is encoded and edited as before', async () => {
    workspace.isTrusted = false;
    const packed = await encodeOutside(json, { format: 'gzip' }, (path) => path, types);
    expect(new Uint8Array(packed).subarray(0, 2)).toEqual(Uint8Array.of(0x1f, 0x8b));
    const message = { kind: 'binary', data: new Uint8Array(gzipSync('{"a": 1}')), direction: 'in' } as const;
    expect(await draftOfMessage({ ...message, rules: ['gzip'] }, types)).toEqual({
      ...{ mode: 'json', text: '{"a": 1}', encode: 'gzip' },
    });
  });
});
