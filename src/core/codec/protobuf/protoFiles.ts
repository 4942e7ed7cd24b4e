import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import protobufjs from 'protobufjs';
import { MiB } from '../../../shared/limits.ts';
import { describeRoot, packagesIn } from './protoFile.ts';
import type { SchemaFiles } from './protobufSchema.ts';

/** Maximum bytes of one `.proto` file. */
export const MAX_PROTO_BYTES = 4 * MiB;

/** Maximum bytes of the files of one schema together, without those that come with protoc. */
export const MAX_SCHEMA_BYTES = 16 * MiB;

/** Maximum files of one schema, imported ones included. */
export const MAX_PROTO_FILES = 500;

export interface CompiledProto {
  readonly file: FileDescriptorProto;
  /** Names in the file that are packages. */
  readonly packages: ReadonlySet<string>;
}

interface Source {
  /** The name by which it is imported. */
  readonly name: string;
  readonly text: string;
}

interface Parsed {
  readonly package: string | undefined;
  readonly imports: readonly string[];
}

/**
 * Parses a file and everything that it imports.
 * @returns the descriptor, or one sentence with the file and the line of the first error
 */
export async function compileProto(
  path: string,
  bytes: Uint8Array,
  files: SchemaFiles,
): Promise<CompiledProto | { readonly problem: string }> {
  const root = new protobufjs.Root();
  const sources: Source[] = [];
  let total = 0;
  const add = (name: string, content: Uint8Array): Parsed | { readonly problem: string } => {
    if (content.length > MAX_PROTO_BYTES)
      return {
        problem: `${name} has ${content.length} bytes: the limit of a .proto file is ${MAX_PROTO_BYTES}.`,
      };
    total += content.length;
    if (total > MAX_SCHEMA_BYTES)
      return { problem: `${files.name(path)} imports more than ${MAX_SCHEMA_BYTES} bytes.` };
    const text = new TextDecoder('utf-8').decode(content);
    sources.push({ name, text });
    return parseProto(text, root, name);
  };
  const main = add(files.name(path), bytes);
  if ('problem' in main) return main;
  const folders = importFolders(path, main.package, files);
  // Files that import each other are one schema; the first one is read already.
  const seen = new Set(namesBelow(path, folders, files));
  const waiting = [...main.imports].map((name) => ({ name, from: files.name(path) }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { name, from } = next;
    if (seen.has(name)) continue;
    seen.add(name);
    if (sources.length >= MAX_PROTO_FILES)
      return { problem: `${files.name(path)} imports more than ${MAX_PROTO_FILES} files.` };
    if (!isImportPath(name))
      return {
        problem: `${from} imports ${JSON.stringify(name)}: an import is a relative path without . and .. in it.`,
      };
    const found = await readImport(name, folders, files);
    if (!found && addWellKnown(name, root)) continue;
    if (!found)
      return {
        problem: `${from} imports ${name}, which is not in ${folders.map((folder) => files.name(folder)).join(' or ')}.`,
      };
    const parsed = add(name, found);
    if ('problem' in parsed) return parsed;
    waiting.push(...parsed.imports.map((each) => ({ name: each, from: name })));
  }
  try {
    root.resolveAll();
    return { file: describeRoot(root), packages: packagesIn(root) };
  } catch (error) {
    return { problem: locate(error instanceof Error ? error.message : String(error), sources) };
  }
}

function parseProto(
  text: string,
  root: protobufjs.Root,
  name: string,
): Parsed | { readonly problem: string } {
  try {
    const parsed = protobufjs.parse(text, root, { keepCase: true });
    return { package: parsed.package, imports: [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, reason = message, line] = /^(.*?) \((?:.*, )?line (\d+)\)$/s.exec(message) ?? [];
    if (line !== undefined) return { problem: `${name}, line ${line}: ${reason}.` };
    return { problem: locate(message, [{ name, text }]) };
  }
}

/**
 * The folders that imports may be relative to: the folder of the file, then one folder further up for each
 * trailing part of the package name that matches the folder name.
 */
function importFolders(path: string, name: string | undefined, files: SchemaFiles): readonly string[] {
  let folder = files.parent(path);
  const folders = [folder];
  for (const part of (name ?? '').split('.').reverse()) {
    if (part === '' || files.name(folder) !== part) break;
    folder = files.parent(folder);
    folders.push(folder);
  }
  return folders;
}

/** The names by which a file can be imported: its path relative to each of the folders, innermost first. */
function namesBelow(path: string, folders: readonly string[], files: SchemaFiles): string[] {
  const names: string[] = [];
  let name = files.name(path);
  for (const folder of folders) {
    names.push(name);
    name = `${files.name(folder)}/${name}`;
  }
  return names;
}

/** Whether protoc accepts a path: it is relative and stays within its folder. */
function isImportPath(name: string): boolean {
  return /^[^/\\:\0]+(?:\/[^/\\:\0]+)*$/.test(name) && !name.split('/').some((part) => /^\.\.?$/.test(part));
}

async function readImport(
  name: string,
  folders: readonly string[],
  files: SchemaFiles,
): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    const found = await files.read(folder, name);
    if (found) return found;
  }
  return undefined;
}

/** The messages that files extend with custom options. Their own fields are not needed. */
const OPTIONS = `syntax = "proto2"; package google.protobuf; ${[
  'File',
  'Message',
  'Field',
  'Oneof',
  'Enum',
  'EnumValue',
  'Service',
  'Method',
  'ExtensionRange',
]
  .map((name) => `message ${name}Options { extensions 1000 to max; }`)
  .join(' ')}`;

/** Files that come with protoc (protobuf.dev/reference/protobuf/google.protobuf). */
function addWellKnown(name: string, root: protobufjs.Root): boolean {
  if (name === 'google/protobuf/descriptor.proto') {
    protobufjs.parse(OPTIONS, root, { keepCase: true });
    return true;
  }
  const known = protobufjs.common.get(name);
  if (!known?.nested) return false;
  root.addJSON(known.nested);
  return true;
}

/** Adds the file and the line to an error of the resolver, which names only a type. */
function locate(reason: string, sources: readonly Source[]): string {
  const [name] = /(?<=['". ])[A-Za-z_]\w*(?=['"]?(?: in |$))/.exec(reason) ?? [];
  const word = name === undefined ? undefined : new RegExp(String.raw`\b${name}\b`);
  for (const { name: file, text } of word ? sources : []) {
    const line = text.split('\n').findIndex((each) => word!.test(each));
    if (line !== -1) return `${file}, line ${line + 1}: ${reason}.`;
  }
  return `${sources[0]!.name}: ${reason}.`;
}
