import type { PrintableStep } from '../../request/print/printRequest.ts';
import { asWebSocketAddresses, importedRequest, clientVariables } from '../foreignRequest.ts';
import { field, listField, textField } from '../fields.ts';
import { otherRequests, textOf, type ImportedEnvironment, type ImportResult } from '../imported.ts';
import type { Importer } from '../importer.ts';
import type { ImportFile, ImportSource } from '../importSource.ts';
import { importReferences } from '../references.ts';
import { bruBlocks, type BruBlock } from './bruBlocks.ts';

interface BrunoMessage {
  readonly name: string;
  readonly content: string;
}

/** The content of a file of Bruno, in either of its formats. */
interface BrunoFile {
  readonly kind: 'request' | 'folder' | 'environment' | 'other';
  readonly name: string | undefined;
  readonly seq: number;
  readonly url?: string;
  readonly headers: unknown;
  readonly parameters?: unknown;
  readonly auth: { readonly type: string; readonly given: unknown } | undefined;
  readonly variables: unknown;
  readonly messages?: readonly BrunoMessage[];
  readonly hasScripts?: boolean;
}

/** A file or a folder of Bruno: `.bru`, or `.yml` of OpenCollection. */
export const BRUNO: Importer = {
  id: 'bruno',
  title: 'a file or a folder of Bruno (.bru, OpenCollection)',
  recognise({ files }) {
    const found = files.find(({ path, data }) => isBru(path) || isOpenCollection(data));
    return found && `${found.path || 'the text'} is a file of Bruno`;
  },
  read: readBruno,
};

function isBru(path: string): boolean {
  return /\.bru$/i.test(path);
}

function isOpenCollection(data: unknown): boolean {
  const type = textField(field(data, 'info'), 'type');
  return (
    field(data, 'opencollection') !== undefined ||
    (type === 'websocket' && field(data, 'websocket') !== undefined)
  );
}

function readBruno(source: ImportSource): ImportResult {
  const files: { path: string; file: BrunoFile }[] = [];
  for (const each of source.files) {
    if (!isBru(each.path) && !/\.ya?ml$/i.test(each.path) && source.isFolder) continue;
    const file = isBru(each.path) ? bruFile(each) : ymlFile(each);
    if (file === undefined)
      return {
        problem: `${each.path}: ${each.problem ?? 'It is cut off, or not a file of Bruno: export it again.'}`,
      };
    files.push({ path: each.path, file });
  }
  const folders = new Map(
    files.filter(({ file }) => file.kind === 'folder').map(({ path, file }) => [folderOf(path), file]),
  );
  const above = (path: string): readonly BrunoFile[] =>
    foldersAbove(path).flatMap((folder) => folders.get(folder) ?? []);
  const orderOf = (path: string, { seq }: BrunoFile): readonly number[] => [
    ...foldersAbove(path)
      .filter((folder) => folder !== '')
      .reverse()
      .map((folder) => folders.get(folder)?.seq ?? Infinity),
    seq,
  ];
  const requests = files
    .filter(({ file }) => file.kind === 'request')
    .map((each) => ({ ...each, order: orderOf(each.path, each.file) }))
    .sort((a, b) => compareOrders(a.order, b.order) || (a.path < b.path ? -1 : 1))
    .map(({ path, file }) => requestOf(path, file, above(path)));
  const root = folders.get('');
  return {
    collections: [
      {
        ...(root?.name !== undefined && { name: root.name }),
        variables: asWebSocketAddresses(
          [...folders.values()].flatMap(({ variables }) => clientVariables(variables, importReferences)),
          requests,
        ),
        requests,
        left: otherRequests(files.filter(({ file }) => file.kind === 'other').length),
      },
    ],
    environments: files.flatMap(({ path, file }) =>
      file.kind === 'environment' ? [environmentOf(path, file)] : [],
    ),
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The folders of a file, the innermost first, up to that of the import, which is ''. */
function foldersAbove(path: string): readonly string[] {
  const folders = [folderOf(path)];
  while (folders.at(-1) !== '') folders.push(folderOf(folders.at(-1)!));
  return folders;
}

function compareOrders(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++)
    if (a[at] !== b[at]) return a[at]! < b[at]! ? -1 : 1;
  return a.length - b.length;
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

/** @param folders the folders of the request that have settings, the innermost first */
function requestOf(path: string, file: BrunoFile, folders: readonly BrunoFile[]) {
  const auth = [file, ...folders].map((each) => each.auth).find((each) => each && each.type !== 'inherit');
  const names = folders.filter((each) => each.seq !== -Infinity).map(({ name }) => name ?? '');
  return importedRequest(
    {
      name: [...names.reverse(), file.name ?? stemOf(path)].filter((name) => name !== '').join(' / '),
      url: file.url ?? '',
      headers: [...folders.map(({ headers }) => headers).reverse(), file.headers],
      parameters: file.parameters,
      ...(auth && { auth }),
      steps: (file.messages ?? []).map(({ name, content }): PrintableStep => ({
        label: name,
        message: textOf(importReferences(content)),
      })),
      left: file.hasScripts ? ['Scripts of Bruno are not carried over.'] : [],
    },
    importReferences,
  );
}

function environmentOf(path: string, file: BrunoFile): ImportedEnvironment {
  return {
    name: file.name ?? stemOf(path),
    variables: clientVariables(file.variables, importReferences, (each) => field(each, 'secret') === true),
  };
}

function bruFile({ path, text }: ImportFile): BrunoFile | undefined {
  const blocks = text.trim() === '' ? [] : bruBlocks(text);
  if (!blocks) return undefined;
  const block = (name: string): BruBlock | undefined => blocks.find((each) => each.name === name);
  const value = (name: string, key: string): string | undefined =>
    block(name)?.pairs.find((pair) => pair.name === key)?.value;
  const isCollection = /(?:^|\/)(?:collection|folder)\.bru$/i.test(path);
  const isEnvironment = /(?:^|\/)environments\/[^/]+$/i.test(path);
  const type = value('ws', 'auth') ?? value('auth', 'mode');
  const auth = block(`auth:${type}`);
  const secrets = (block('vars:secret')?.items ?? []).map((name) => ({ name, value: '', secret: true }));
  return {
    kind: isEnvironment ? 'environment' : isCollection ? 'folder' : block('ws') ? 'request' : 'other',
    name: value('meta', 'name'),
    seq: /(?:^|\/)collection\.bru$/i.test(path) ? -Infinity : seqOf(value('meta', 'seq')),
    url: value('ws', 'url') ?? '',
    headers: block('headers')?.pairs,
    parameters: block('params:query')?.pairs.filter(
      ({ name }) => !(value('ws', 'url') ?? '').includes(`${name}=`),
    ),
    auth:
      type === undefined
        ? undefined
        : { type, given: Object.fromEntries((auth?.pairs ?? []).map((pair) => [pair.name, pair.value])) },
    variables: isEnvironment
      ? [...(block('vars')?.pairs ?? []), ...secrets]
      : block('vars:pre-request')?.pairs,
    messages: blocks
      .filter((each) => each.name === 'body:ws')
      .map(({ pairs }) => ({
        name: pairs.find(({ name }) => name === 'name')?.value ?? '',
        content: pairs.find(({ name }) => name === 'content')?.value ?? '',
      })),
    hasScripts: blocks.some(({ name }) => /^(?:script:|tests$|vars:post)/.test(name)),
  };
}

/** Requests without a number come last. */
function seqOf(seq: string | undefined): number {
  return seq !== undefined && Number.isFinite(Number(seq)) ? Number(seq) : Infinity;
}

function ymlFile({ path, data, problem }: ImportFile): BrunoFile | undefined {
  if (problem !== undefined || data === undefined) return undefined;
  const info = field(data, 'info');
  const type = textField(info, 'type');
  const isRoot = field(data, 'opencollection') !== undefined;
  const isEnvironment = /(?:^|\/)environments\/[^/]+$/i.test(path);
  const isFolder = isRoot || type === 'folder';
  const socket = field(data, 'websocket');
  const part = isFolder ? field(data, 'request') : socket;
  const auth = field(part, 'auth');
  return {
    kind: isEnvironment ? 'environment' : isFolder ? 'folder' : type === 'websocket' ? 'request' : 'other',
    name: textField(isEnvironment ? data : info, 'name'),
    seq: isRoot ? -Infinity : seqOf(textField(info, 'seq')),
    url: textField(socket, 'url') ?? '',
    headers: field(part, 'headers'),
    auth: authOf(auth, isFolder),
    variables: typedValues(isEnvironment ? listField(data, 'variables') : listField(part, 'variables')),
    messages: messagesOf(field(socket, 'message')),
    hasScripts: listField(field(data, 'runtime'), 'scripts').length > 0,
  };
}

/** A request that names no authentication has none; a folder that names none inherits that of the folder above it. */
function authOf(auth: unknown, isFolder: boolean): BrunoFile['auth'] {
  if (auth === 'inherit') return { type: 'inherit', given: undefined };
  const type = textField(auth, 'type');
  return type === undefined && isFolder ? undefined : { type: type ?? 'none', given: auth };
}

/** `{type, data}`, or a list of `{title, selected, message: {type, data}}`. */
function messagesOf(message: unknown): readonly BrunoMessage[] {
  if (!Array.isArray(message)) {
    const content = textField(message, 'data');
    return content === undefined ? [] : [{ name: '', content }];
  }
  return (message as unknown[]).map((each) => ({
    name: textField(each, 'title') ?? '',
    content: textField(field(each, 'message'), 'data') ?? '',
  }));
}

/** A value may be `{type, data}`. */
function typedValues(variables: readonly unknown[]): readonly unknown[] {
  return variables.map((each) => {
    const data = field(field(each, 'value'), 'data');
    if (data === undefined) return each;
    return {
      name: textField(each, 'name'),
      value: typeof data === 'string' ? data : JSON.stringify(data),
      disabled: field(each, 'disabled'),
      secret: field(each, 'secret'),
    };
  });
}
