import { beforeEach, describe, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { Draft } from '../../../../src/shared/panelProtocol.ts';
import type { VerbDraft } from '../../../../src/shared/panelVerbs.ts';
import { createMessageHistory } from '../../../../src/vscode/panel/compose/messageHistory.ts';
import {
  savedBlock,
  savedIn,
  createSavedMessages,
} from '../../../../src/vscode/panel/compose/savedMessages.ts';
import { FileSystemError, FileType, Uri, window, workspace } from '../support/fakeVscode.ts';

vi.mock('vscode', () => import('../support/fakeVscode.ts'));

const URL = 'ws://localhost:8080/echo?a=1';

const VERB: VerbDraft = {
  ...{ protocol: 'socket.io', name: 'emit', arguments: ['chat message'] },
  ...{ options: {}, beside: ['ack'], headers: [] },
};

describe('a saved message', () => {
  test.each<[string, Draft]>([
    ['text', { mode: 'text', text: 'hello' }],
    ['several lines', { mode: 'text', text: 'one\n\n  two' }],
    ['JSON with a variable', { mode: 'json', text: '{"op": "subscribe", "channel": "{{channel}}"}' }],
    ['a dynamic variable', { mode: 'text', text: 'id {{$uuid}} {{$randomInt 1 9}}' }],
    ['braces that are not filled in', { mode: 'text', text: 'a \\{{b}}' }],
    ['what looks like a comment', { mode: 'text', text: '# not a comment\n// neither\n=== nor that' }],
    ['JSON that is encoded', { mode: 'json', text: '{"op": "{{channel}}"}', encode: 'msgpack' }],
    ['text that is compressed', { mode: 'text', text: 'hello {{name}}', encode: 'gzip' }],
    [
      'JSON by a schema',
      { mode: 'json', text: '{"a": 1}', encode: 'protobuf a.B from protos/my file.proto' },
    ],
    ['diagnostic notation', { mode: 'text', text: "h'01'", encode: 'cbor' }],
    ['control characters', { mode: 'text', text: 'a\x1eb\x00' }],
  ])('is read back unchanged: %s', (_, draft) => {
    expect(savedIn(savedBlock('My message', URL, draft))).toEqual([{ name: 'My message', draft }]);
  });

  test.each<[string, Draft]>([
    ['with arguments', { mode: 'json', text: '["hi"]', verb: VERB }],
    [
      'with an encoded payload',
      {
        ...{ mode: 'json', text: '["hi"]', encode: 'msgpack' },
        verb: { ...VERB, protocol: 'mqtt', name: 'publish', arguments: ['home/lamp'], beside: [] },
      },
    ],
    [
      'without a payload',
      { mode: 'text', text: '', verb: { ...VERB, name: 'disconnect', arguments: ['/a'], beside: [] } },
    ],
    [
      'with a variable',
      { mode: 'json', text: '{"a":1}', verb: { ...VERB, arguments: ['to {{$timestamp}}'] } },
    ],
    [
      'with options',
      {
        mode: 'text',
        text: 'on',
        verb: {
          ...{ protocol: 'mqtt', name: 'publish', arguments: ['home/lamp'], beside: [], headers: [] },
          options: { qos: '1', retain: '' },
        },
      },
    ],
    [
      'with headers',
      {
        mode: 'text',
        text: 'hello',
        verb: {
          ...{ protocol: 'stomp', name: 'send', arguments: ['/queue/a'], beside: [], options: {} },
          headers: [['priority', 'very high']],
        },
      },
    ],
  ])('is read back unchanged with its verb, and runs: %s', (_, draft) => {
    const source = savedBlock('My verb', URL, draft);
    const { diagnostics } = analyzeRequestFile(source);
    expect(diagnostics).toEqual([]);
    expect(savedIn(source)).toEqual([{ name: 'My verb', draft }]);
  });

  test('is binary if its draft was binary, with the same bytes', () => {
    const [saved] = savedIn(savedBlock('Bytes', URL, { mode: 'hex', text: '00 ff' }));
    expect(saved!.draft).toEqual({ mode: 'base64', text: 'AP8=' });
  });

  test('is a valid request, whatever its name', () => {
    const source = savedBlock(' @name\nwith lines ', URL, { mode: 'json', text: '{"a": 1}' });
    const { diagnostics, requests } = analyzeRequestFile(source);
    expect(diagnostics).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('is named by its request and label, without the parts that a composer does not send', () => {
    const source = [
      '### Ticks',
      'WEBSOCKET ws://localhost/echo',
      '',
      '{"op":"a"}',
      '===',
      '# @label Unsubscribe',
      '{"op":"b"}',
      '===',
      '< ./file.bin',
      '===',
      '# @encode png',
      '{"op":"c"}',
      '===',
      '# @label Encoded',
      '# @encode CBOR',
      '{"op":"d"}',
      '===',
      '# @label By a schema',
      '# @encode  Protobuf feed.Tick from ./feed.proto',
      '{"symbol":"e"}',
    ].join('\n');
    const saved = savedIn(source);
    expect(saved.map(({ name }) => name)).toEqual([
      'Ticks',
      'Ticks: Unsubscribe',
      'Ticks: Encoded',
      'Ticks: By a schema',
    ]);
    expect(saved[2]!.draft).toEqual({ mode: 'json', text: '{"op":"d"}', encode: 'cbor' });
    expect(saved[3]!.draft.encode).toBe('protobuf feed.Tick from ./feed.proto');
    expect(savedIn('not a request file')).toEqual([]);
  });
});

describe('the file of saved messages', () => {
  const { stat, readFile, writeFile } = workspace.fs;
  const hello: Draft = { mode: 'text', text: 'hello' };
  const written = (): string => new TextDecoder().decode(writeFile.mock.calls[0]![1]);

  beforeEach(() => {
    workspace.workspaceFolders = [{ uri: Uri.file('/folder') }];
    workspace.textDocuments = [];
    stat.mockReset().mockResolvedValue({ size: 1, type: FileType.File });
    readFile.mockReset();
    writeFile.mockReset();
    window.showInputBox.mockReset().mockResolvedValue('Greeting');
  });

  test('is created with the first message', async () => {
    stat.mockRejectedValue(new FileSystemError('no such file', 'FileNotFound'));
    expect(await createSavedMessages().list()).toEqual([]);
    expect(await createSavedMessages().save(URL, hello)).toBe(true);
    expect(writeFile.mock.calls[0]![0].path).toBe('/folder/messages.ws');
    expect(written()).toMatch(/^# Messages saved from the composer\./);
    expect(savedIn(written())).toEqual([{ name: 'Greeting', draft: hello }]);
  });

  test('is filled with the first message if it is empty', async () => {
    readFile.mockResolvedValue(new Uint8Array());
    await createSavedMessages().save(URL, hello);
    expect(written()).toMatch(/^# Messages saved/);
  });

  test.each(['### Mine\nWEBSOCKET ws://a\n\nmine\n', '### Mine\nWEBSOCKET ws://a\n\nmine'])(
    'keeps its content: %j',
    async (before) => {
      readFile.mockResolvedValue(new TextEncoder().encode(before));
      await createSavedMessages().save(URL, hello);
      expect(written().startsWith(before)).toBe(true);
      expect(savedIn(written()).map(({ name, draft }) => [name, draft.text])).toEqual([
        ['Mine', 'mine'],
        ['Greeting', 'hello'],
      ]);
    },
  );

  test.each<[string, () => void, string, RegExp]>([
    [
      'that may not be read',
      () => readFile.mockRejectedValue(new FileSystemError('EACCES: permission denied', 'NoPermissions')),
      'disk.denied',
      /messages\.ws cannot be read \(EACCES: permission denied\): make the file readable, or rename it\./,
    ],
    [
      'whose file system is not there',
      () => stat.mockRejectedValue(new FileSystemError('no provider', 'Unavailable')),
      'disk.denied',
      /cannot be read \(no provider\)/,
    ],
    [
      'of another encoding, which would come back damaged',
      () => readFile.mockResolvedValue(Uint8Array.of(0x23, 0x20, 0xe4, 0x0a)),
      'file.invalid',
      /^messages\.ws is not UTF-8 text: save it as UTF-8, or rename it\.$/,
    ],
    [
      'that is too large',
      () => stat.mockResolvedValue({ size: 2 ** 30, type: FileType.File }),
      'file.invalid',
      /^messages\.ws is larger than 16 MiB/,
    ],
    [
      'that is a device',
      () => stat.mockResolvedValue({ size: 0, type: FileType.Unknown }),
      'file.invalid',
      /^messages\.ws is larger than 16 MiB/,
    ],
  ])('is never overwritten or shown as empty if it is a file %s', async (_, prepare, code, message) => {
    prepare();
    const says = { code, message: expect.stringMatching(message) as string };
    await expect(createSavedMessages().list()).rejects.toMatchObject(says);
    await expect(createSavedMessages().save(URL, hello)).rejects.toMatchObject(says);
    expect(writeFile).not.toHaveBeenCalled();
  });

  test('is read from its editor, including unsaved changes', async () => {
    const uri = Uri.file('/folder/messages.ws');
    workspace.textDocuments = [
      { uri: Uri.joinPath(Uri.file('/folder'), 'messages.ws'), getText: () => savedBlock('New', URL, hello) },
      { uri, getText: () => '' },
    ];
    expect(await createSavedMessages().list()).toEqual([{ name: 'New', draft: hello }]);
    expect(readFile).not.toHaveBeenCalled();
  });

  test('stays unchanged if the user gives no name', async () => {
    window.showInputBox.mockResolvedValue(undefined);
    expect(await createSavedMessages().save(URL, hello)).toBe(false);
    expect(readFile).not.toHaveBeenCalled();
    expect(writeFile).not.toHaveBeenCalled();
  });

  test('needs an open folder', async () => {
    workspace.workspaceFolders = undefined;
    expect(await createSavedMessages().list()).toEqual([]);
    await expect(createSavedMessages().save(URL, hello)).rejects.toThrow(/open a folder first/);
    await expect(createSavedMessages().open()).rejects.toThrow(/open a folder first/);
  });
});

describe('the history', () => {
  let stored: Record<string, unknown>;
  const store = {
    get: (key: string): unknown => stored[key],
    update: async (key: string, value: unknown) => void (stored[key] = structuredClone(value)),
  };
  beforeEach(() => (stored = {}));
  const draft = (text: string): Draft => ({ mode: 'text', text });

  test('lists each message of a URL once, the newest first', async () => {
    const history = createMessageHistory(store);
    for (const text of ['a', 'b', 'a']) await history.add('ws://one', draft(text));
    await history.add('ws://two', draft('c'));
    expect(createMessageHistory(store).list('ws://one')).toEqual([draft('a'), draft('b')]);
    expect(history.list('ws://two')).toEqual([draft('c')]);
    expect(history.list('ws://three')).toEqual([]);
  });

  test('lists the same text with and without an encoding separately', async () => {
    const history = createMessageHistory(store);
    const drafts: Draft[] = [
      { ...draft('[1]'), encode: 'cbor' },
      { ...draft('[1]'), encode: 'msgpack' },
      draft('[1]'),
    ];
    for (const each of [...drafts, ...drafts]) await history.add('ws://one', each);
    expect(createMessageHistory(store).list('ws://one')).toEqual([...drafts].reverse());
  });

  test('limits messages, URLs and length, and keeps no files', async () => {
    const history = createMessageHistory(store);
    for (let i = 0; i < 60; i++) await history.add('ws://one', draft(String(i)));
    expect(history.list('ws://one')).toHaveLength(50);
    expect(history.list('ws://one')[0]).toEqual(draft('59'));
    for (let i = 0; i < 20; i++) await history.add(`ws://${i}`, draft('x'));
    expect(history.list('ws://one')).toEqual([]);
    await history.add('ws://19', draft('x'.repeat(20_000)));
    await history.add('ws://19', { mode: 'file', text: '/a' });
    await history.add('ws://19', draft(''));
    expect(history.list('ws://19')).toEqual([draft('x')]);
  });

  test('ignores the data of another version', () => {
    stored['sentMessages'] = { 'ws://one': [{ mode: 'x' }, draft('a'), null], 'ws://two': 'nothing' };
    expect(createMessageHistory(store).list('ws://one')).toEqual([draft('a')]);
    expect(createMessageHistory(store).list('ws://two')).toEqual([]);
  });
});
