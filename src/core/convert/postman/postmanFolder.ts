import { draftToMessage } from '../../format/draft.ts';
import type { PrintableStep } from '../../request/print/printRequest.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import { field, listField, textField } from '../fields.ts';
import {
  otherRequests,
  textOf,
  type ImportedCollection,
  type ImportedRequest,
  type ImportResult,
} from '../imported.ts';
import { asWebSocketAddresses } from '../foreignRequest.ts';
import type { Importer } from '../importer.ts';
import type { ImportFile, ImportSource } from '../importSource.ts';
import { importReferences } from '../references.ts';
import { inheritsAuth, postmanEnvironment, postmanRequest, postmanVariables } from './postmanRequest.ts';

const REQUEST = /\.request\.ya?ml$/i;
const MESSAGE = /\.message\.ya?ml$/i;
const ENVIRONMENT = /\.(?:environment|globals)\.(?:ya?ml|json)$/i;
const DEFINITION = /^(.*?)\/?\.resources\/definition\.ya?ml$/i;
const KINDS = new Set(['websocket-request', 'socket.io-request']);

/**
 * A collection in the format 3: a folder with one YAML file per request, as Postman keeps it in a repository.
 */
export const POSTMAN_FOLDER: Importer = {
  id: 'postman-v3',
  title: 'a folder of Postman (v3)',
  recognise({ files }) {
    const found = files.find(
      ({ path, data }) => (REQUEST.test(path) && isText(field(data, '$kind'))) || ENVIRONMENT.test(path),
    );
    return found && `${found.path} is a file of Postman`;
  },
  read: readFolder,
};

function readFolder(source: ImportSource): ImportResult {
  const broken = source.files.find(({ path, problem }) => problem !== undefined && isPostmanPath(path));
  if (broken) return { problem: `${broken.path}: ${broken.problem}` };
  const byPath = new Map(source.files.map((file) => [file.path, file]));
  const requests = source.files.filter(({ path }) => REQUEST.test(path));
  const roots = [...new Set(requests.map(({ path }) => collectionRoot(path, byPath)))];
  return {
    collections: roots.map((root) => {
      const own = requests.filter(({ path }) => collectionRoot(path, byPath) === root);
      return collectionAt(root, own, byPath);
    }),
    environments: source.files.flatMap(({ path, data }) => {
      const environment = ENVIRONMENT.test(path) ? postmanEnvironment(data) : undefined;
      if (!environment) return [];
      return [/\.globals\./i.test(path) ? { ...environment, name: '$shared' } : environment];
    }),
  };
}

function isPostmanPath(path: string): boolean {
  return REQUEST.test(path) || MESSAGE.test(path) || ENVIRONMENT.test(path) || DEFINITION.test(path);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The folders of a file, the innermost first, up to that of the import, which is ''. */
function foldersAbove(path: string): string[] {
  const folders = [folderOf(path)];
  while (folders.at(-1) !== '') folders.push(folderOf(folders.at(-1)!));
  return folders;
}

function definitionOf(folder: string, byPath: ReadonlyMap<string, ImportFile>): unknown {
  const at = `${folder === '' ? '' : `${folder}/`}.resources/definition`;
  return (byPath.get(`${at}.yaml`) ?? byPath.get(`${at}.yml`))?.data;
}

/**
 * The folder of a request's collection: that below `collections`, else the outermost folder with a definition, else
 * the imported folder.
 */
function collectionRoot(path: string, byPath: ReadonlyMap<string, ImportFile>): string {
  const below = /^(?:.*\/)?collections\/[^/]+(?=\/)/.exec(path)?.[0];
  const defined = foldersAbove(path).filter((folder) => definitionOf(folder, byPath) !== undefined);
  return below ?? defined.at(-1) ?? '';
}

function collectionAt(
  root: string,
  files: readonly ImportFile[],
  byPath: ReadonlyMap<string, ImportFile>,
): ImportedCollection {
  const definition = definitionOf(root, byPath);
  const ofSockets = files.filter(({ data }) => KINDS.has(textField(data, '$kind') ?? ''));
  const orders = (file: ImportFile): number[] => [
    ...foldersAbove(file.path)
      .reverse()
      .filter((folder) => folder.length > root.length)
      .map((folder) => orderOf(definitionOf(folder, byPath))),
    orderOf(file.data),
  ];
  const requests = ofSockets
    .map((file) => ({ file, order: orders(file) }))
    .sort((a, b) => compareOrders(a.order, b.order) || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => requestOf(file, root, byPath));
  return {
    name: textField(definition, 'name') ?? root.split('/').at(-1) ?? '',
    variables: asWebSocketAddresses(postmanVariables(field(definition, 'variables')), requests),
    requests,
    left: otherRequests(files.length - ofSockets.length),
  };
}

/** Requests without an order come last. */
function orderOf(data: unknown): number {
  const order = field(data, 'order');
  return typeof order === 'number' ? order : Infinity;
}

function compareOrders(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] !== b[at]) return a[at]! < b[at]! ? -1 : 1;
  }
  return 0;
}

function requestOf(
  { path, data }: ImportFile,
  root: string,
  byPath: ReadonlyMap<string, ImportFile>,
): ImportedRequest {
  const folders = foldersAbove(path).filter((folder) => folder.length >= root.length);
  const auths = [field(data, 'auth'), ...folders.map((each) => field(definitionOf(each, byPath), 'auth'))];
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(REQUEST, '');
  const names = folders
    .filter((folder) => folder !== root)
    .map((folder) => textField(definitionOf(folder, byPath), 'name') ?? folder.split('/').at(-1)!)
    .reverse();
  const isSocketIo = textField(data, '$kind') === 'socket.io-request';
  const events = listField(data, 'events').map((event) => textField(event, 'name') ?? '');
  const messages = messagesOf(path, stem, textField(data, 'messages'), byPath);
  return postmanRequest({
    name: [...names, textField(data, 'name') ?? stem].join(' / '),
    url: textField(data, 'url') ?? '',
    headers: field(data, 'headers'),
    queryParams: field(data, 'queryParams'),
    auth: auths.find((auth) => !inheritsAuth(auth)),
    settings: field(data, 'settings'),
    isSocketIo,
    steps: messages.map((message) => stepOf(message, isSocketIo)),
    left: [
      ...(events.length > 0
        ? [`Postman listens to the events ${events.join(', ')}: here all of them are shown.`]
        : []),
      ...(isText(field(data, 'examples')) ? ['Examples of Postman are not carried over.'] : []),
    ],
  });
}

/** The message files of a request: those of the folder that it names, which must lie inside the imported folder. */
function messagesOf(
  request: string,
  stem: string,
  named: string | undefined,
  byPath: ReadonlyMap<string, ImportFile>,
): readonly ImportFile[] {
  const base = folderOf(request);
  const usual = `${base === '' ? '' : `${base}/`}.resources/${stem}.resources/messages`;
  const folder = named === undefined ? usual : resolved(base, named);
  return [...byPath.values()]
    .filter(({ path }) => MESSAGE.test(path) && folderOf(path) === folder)
    .sort((a, b) => compareOrders([orderOf(a.data)], [orderOf(b.data)]) || (a.path < b.path ? -1 : 1));
}

/** A path relative to a folder; undefined if it leads out of the imported folder. */
function resolved(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}

function stepOf({ path, data }: ImportFile, isSocketIo: boolean): PrintableStep {
  const label = textField(data, 'name') ?? path.slice(path.lastIndexOf('/') + 1).replace(MESSAGE, '');
  if (!isSocketIo) return { label, message: messageOf(data) };
  const args = listField(data, 'args').map((argument) => {
    const content = importReferences(textField(argument, 'content') ?? '');
    return textField(argument, 'contentType') === 'json' ? content : JSON.stringify(content);
  });
  return {
    label,
    directives: [
      `emit ${textField(data, 'eventName') ?? 'message'}`,
      ...(field(data, 'acknowledgement') === true ? ['ack'] : []),
    ],
    message: textOf(`[${args.join(', ')}]`),
  };
}

/** `content` by its `contentType`: text, json, xml, html, hex or base64. */
function messageOf(data: unknown): OutgoingMessage {
  const content = textField(data, 'content') ?? '';
  const type = textField(data, 'contentType');
  const bytes = type === 'hex' || type === 'base64' ? draftToMessage(type, content) : undefined;
  return bytes && 'kind' in bytes ? bytes : textOf(importReferences(content));
}
