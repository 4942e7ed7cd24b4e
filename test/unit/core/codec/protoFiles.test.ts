import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSchema, openType } from '../../../../src/core/codec/protobuf/protobuf.ts';

/** @param others files by their absolute paths */
async function load(main: string, others: Readonly<Record<string, string>> = {}, path = '/p/feed.proto') {
  const files: Readonly<Record<string, string>> = { [path]: main, ...others };
  return loadSchema(path, {
    read: async (file, relative) => {
      const content = files[relative === undefined ? file : posix.join(file, relative)];
      return content === undefined ? undefined : new TextEncoder().encode(content);
    },
    parent: (file) => posix.dirname(file),
    name: (file) => posix.basename(file),
  });
}

async function problemOf(main: string): Promise<string> {
  const schema = await load(main);
  return 'problem' in schema ? schema.problem : 'none';
}

describe('files that import each other', () => {
  const other = 'syntax = "proto3"; package feed.v1; import "FEED"; message B { A a = 1; }';
  const main =
    'syntax = "proto3"; package feed.v1; import "other.proto"; message A { B b = 1; int32 x = 2; }';

  it.each(['feed.proto', 'v1/feed.proto', 'feed/v1/feed.proto'])(
    'are one schema, by the name %s',
    async (name) => {
      const path = '/p/feed/v1/feed.proto';
      const others = { '/p/feed/v1/other.proto': other.replace('FEED', name) };
      const schema = await load(main, others, path);
      if ('problem' in schema) throw new Error(schema.problem);
      const type = schema.type('A');
      if ('problem' in type) throw new Error(type.problem);
      const written = openType(type).write('{"b": {"a": {"x": 1}}}');
      expect(written).toEqual(Uint8Array.of(0x0a, 0x04, 0x0a, 0x02, 0x10, 0x01));
    },
  );
});

describe('numbers of fields', () => {
  it.each([0, 19_000, 19_999, 536_870_912, 999_999_999_999])('%i is refused at its line', async (number) => {
    const text = `syntax = "proto3";\nmessage A {\n  int32 first = 1;\n  int32 wrong = ${number};\n}`;
    expect(await problemOf(text)).toBe(
      `feed.proto, line 4: the number ${number} of field 'wrong' in A is not one from 1 to 536870911 without 19000 to 19999.`,
    );
  });

  it.each([1, 18_999, 20_000, 536_870_911])('%i is valid', async (number) => {
    expect(await problemOf(`syntax = "proto3"; message A { int32 a = ${number}; }`)).toBe('none');
  });
});
