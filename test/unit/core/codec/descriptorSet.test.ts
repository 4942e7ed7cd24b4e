import { create, toBinary } from '@bufbuild/protobuf';
import {
  EnumDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  SourceCodeInfoSchema,
} from '@bufbuild/protobuf/wkt';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSchema, MAX_COMPILED_BYTES, openType } from '../../../../src/core/codec/protobuf/protobuf.ts';
import type { CompiledType } from '../../../../src/shared/schemaProtocol.ts';

/** @param path of the only file that there is */
async function load(path: string, content: Uint8Array) {
  return loadSchema(path, {
    read: async (file, relative) => (relative === undefined && file === path ? content : undefined),
    parent: (file) => posix.dirname(file),
    name: (file) => posix.basename(file),
  });
}

async function typeIn(
  path: string,
  content: Uint8Array,
): Promise<CompiledType | { readonly problem: string }> {
  const schema = await load(path, content);
  return 'problem' in schema ? schema : schema.type('Tick');
}

/** The value of a message with 150 in field 1, read by a compiled type. */
function value(type: CompiledType | { readonly problem: string }): unknown {
  if ('problem' in type) return type.problem;
  const read = openType(type).read(Uint8Array.of(0x08, 0x96, 0x01));
  return 'problem' in read ? read.problem : JSON.parse(read.text);
}

describe('a descriptor set', () => {
  const file = create(FileDescriptorProtoSchema, {
    name: 'a.proto',
    package: 'a',
    syntax: 'proto3',
    messageType: [{ name: 'Tick', field: [{ name: 'n', jsonName: 'n', number: 1, type: 5, label: 1 }] }],
  });

  it('is a schema as well', async () => {
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file] }));
    expect(value(await typeIn('/p/feed.binpb', set))).toEqual({ n: 150 });
  });

  it('goes to other threads without its comments', async () => {
    const comment = 'c'.repeat(100_000);
    const location = [{ path: [4, 0], span: [0, 0, 1], leadingComments: comment }];
    const commented = { ...file, sourceCodeInfo: create(SourceCodeInfoSchema, { location }) };
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [commented] }));
    expect(set.length).toBeGreaterThan(100_000);
    const type = await typeIn('/p/a.desc', set);
    expect('problem' in type ? type : type.descriptors.length).toBeLessThan(100);
    expect(value(type)).toEqual({ n: 150 });
  });

  it.each([
    [MAX_COMPILED_BYTES - 200, undefined],
    [MAX_COMPILED_BYTES + 1, `the limit is ${MAX_COMPILED_BYTES}. Name a schema`],
  ])('is checked against its limit without comments, with %i bytes', async (length, said) => {
    const name = 'n'.repeat(length);
    const enumType = [create(EnumDescriptorProtoSchema, { name, value: [{ name: 'A' }] })];
    const large = { ...file, enumType };
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [large] }));
    const type = await typeIn('/p/large.desc', set);
    if (said === undefined) expect(value(type)).toEqual({ n: 150 });
    else expect(type).toEqual({ problem: expect.stringContaining(said) as string });
  });

  it('is refused with a remedy if its imports are missing or its bytes are invalid', async () => {
    const lone = create(FileDescriptorProtoSchema, { ...file, dependency: ['b.proto'] });
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [lone] }));
    for (const content of [set, Uint8Array.of(0x0a, 5, 0x41)]) {
      const schema = await load('/p/x.desc', content);
      expect('problem' in schema && schema.problem).toMatch(/^x\.desc is not a schema: .*--include_imports/);
    }
  });
});
