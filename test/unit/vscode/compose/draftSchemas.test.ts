import { resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createDraftSchemas } from '../../../../src/vscode/panel/compose/draftSchemas.ts';
import { directTypes } from '../support/directTypes.ts';
import { Uri, window, workspace } from '../support/fakeVscode.ts';

vi.mock('vscode', () => import('../support/fakeVscode.ts'));

const FEED = resolve('examples/data/feed.proto');
const RULE = `protobuf feed.Tick from ${FEED} in`;

beforeEach(() => {
  workspace.workspaceFolders = [{ uri: Uri.file(resolve('examples')) }];
  window.showInputBox.mockReset();
});

/** The options of the box that was shown last. */
const box = () =>
  (window.showInputBox.mock.calls as unknown[][]).at(-1)![0] as {
    value: string;
    validateInput: (text: string) => string | undefined;
  };

describe('a schema that the user enters', () => {
  test('is read before its format is given, relative to the workspace', async () => {
    const schemas = createDraftSchemas(() => [], directTypes);
    window.showInputBox.mockResolvedValue(' feed.Tick   from data/feed.proto ');
    expect(await schemas.ask('')).toBe('protobuf feed.Tick from data/feed.proto');
    expect(schemas.pathOf('data/feed.proto')).toBe(FEED);
  });

  test.each([
    ['feed.Tock from data/feed.proto', 'feed.Tock'],
    ['feed.Tick from data/none.proto', 'none.proto'],
  ])('that cannot be used is refused: %s', async (typed, named) => {
    const schemas = createDraftSchemas(() => [], directTypes);
    window.showInputBox.mockResolvedValue(typed);
    await expect(schemas.ask('')).rejects.toThrow(named);
    expect(() => schemas.pathOf('data/feed.proto')).toThrow('Choose the schema again');
  });

  test('has the current one as its proposal, else the first of the rules', async () => {
    const schemas = createDraftSchemas(() => ['msgpack in', 'protobuf', RULE], directTypes);
    window.showInputBox.mockResolvedValue(undefined);
    expect(await schemas.ask('protobuf a.B from c.proto')).toBeUndefined();
    expect(box().value).toBe('a.B from c.proto');
    await schemas.ask('gzip');
    expect(box().value).toBe(`feed.Tick from ${FEED}`);
    await createDraftSchemas(() => [], directTypes).ask('');
    expect(box().value).toBe('');
  });

  test('is checked during typing', async () => {
    window.showInputBox.mockResolvedValue(undefined);
    await createDraftSchemas(() => [], directTypes).ask('');
    const { validateInput } = box();
    expect(['feed.Tick', 'feed.Tick from', '', 'from x'].map(validateInput)).toEqual(
      Array<string>(4).fill('Type NAME from FILE, as in feed.Tick from protos/feed.proto.'),
    );
    expect(validateInput('feed.Tick from a b.proto')).toBeUndefined();
  });
});

describe('a schema of a draft', () => {
  test('is read if the host offered it, or a rule names it', () => {
    const schemas = createDraftSchemas(() => [RULE], directTypes);
    const draft = { mode: 'json', text: '{}', encode: 'protobuf a.B from /other/c.proto' } as const;
    expect(schemas.offered(draft)).toBe(draft);
    expect(schemas.offered({ mode: 'text', text: '', encode: 'gzip' }).encode).toBe('gzip');
    expect([schemas.pathOf('/other/c.proto'), schemas.pathOf(FEED)]).toEqual([
      resolve('/other/c.proto'),
      FEED,
    ]);
  });

  test.each(['/etc/passwd', '../secret.proto', 'feed.proto', ''])('is not read otherwise: %s', (file) => {
    expect(() => createDraftSchemas(() => [RULE], directTypes).pathOf(file)).toThrow(
      'Choose the schema again',
    );
  });
});
