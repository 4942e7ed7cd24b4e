import { field, listField, textField } from '../fields.ts';
import { otherRequests } from '../imported.ts';
import type { Imported, ImportedRequest, ImportResult } from '../imported.ts';
import { asWebSocketAddresses } from '../foreignRequest.ts';
import type { Importer } from '../importer.ts';
import {
  inheritsAuth,
  isNonEmpty,
  postmanEnvironment,
  postmanRequest,
  postmanVariables,
} from './postmanRequest.ts';

const SCHEMA = /schema\.getpostman\.com\/json\/collection\/v2\.[01]/;

/**
 * An export of Postman in the format 2.0 or 2.1, or one of its environments. A request counts as a WebSocket
 * request if its URL is a WebSocket URL.
 */
export const POSTMAN_COLLECTION: Importer = {
  id: 'postman',
  title: 'a collection or an environment of Postman',
  recognise({ files: [file], isFolder }) {
    if (isFolder || !file) return undefined;
    if (SCHEMA.test(textField(field(file.data, 'info'), 'schema') ?? '')) return 'info.schema names Postman';
    return field(file.data, '_postman_variable_scope') === undefined
      ? undefined
      : 'it has _postman_variable_scope';
  },
  read({ files: [file] }): ImportResult {
    if (!file || file.data === undefined)
      return { problem: file?.problem ?? 'This is not JSON: export the collection as Collection v2.1.' };
    const environment = postmanEnvironment(file.data);
    return environment ? { collections: [], environments: [environment] } : collectionOf(file.data);
  },
};

function collectionOf(data: unknown): Imported {
  const others = { count: 0 };
  const requests = itemsOf(data, [], field(data, 'auth'), others);
  return {
    collections: [
      {
        name: textField(field(data, 'info'), 'name') ?? '',
        variables: asWebSocketAddresses(postmanVariables(field(data, 'variable')), requests),
        requests,
        left: [
          ...otherRequests(others.count),
          ...(requests.length === 0
            ? ['Postman exports WebSocket requests only as a folder of YAML files (v3): export it as such.']
            : []),
        ],
      },
    ],
  };
}

/** The WebSocket requests of a folder and of those in it, named by their path. */
function itemsOf(
  folder: unknown,
  path: readonly string[],
  auth: unknown,
  others: { count: number },
): readonly ImportedRequest[] {
  return listField(folder, 'item').flatMap((item) => {
    const names = [...path, textField(item, 'name') ?? ''];
    const request = field(item, 'request');
    const own = field(request ?? item, 'auth');
    const inner = inheritsAuth(own) ? auth : own;
    if (Array.isArray(field(item, 'item'))) return itemsOf(item, names, inner, others);
    const url = typeof request === 'string' ? request : urlOf(field(request, 'url'));
    if (!isWebSocket(url)) {
      others.count++;
      return [];
    }
    const left = [
      ...(isNonEmpty(field(item, 'event')) ? ['Scripts of Postman are not carried over.'] : []),
      ...(isNonEmpty(field(request, 'body'))
        ? ['The body of the request is not carried over: it is not a message.']
        : []),
    ];
    return [
      postmanRequest({
        name: names.filter((name) => name !== '').join(' / '),
        url,
        headers: field(request, 'header'),
        pathVariables: field(field(request, 'url'), 'variable'),
        auth: inner,
        settings: field(item, 'protocolProfileBehavior'),
        steps: [],
        left,
      }),
    ];
  });
}

function isWebSocket(url: string): boolean {
  // A variable whose name contains `ws` or `websocket` probably holds a WebSocket URL.
  return /^\s*wss?:/i.test(url) || /^\s*\{\{[^{}]*(?:\bws|_ws|ws_|websocket|socket)[^{}]*\}\}/i.test(url);
}

function urlOf(url: unknown): string {
  return typeof url === 'string' ? url : (textField(url, 'raw') ?? '');
}
