import type { PrintableStep } from '../../request/print/printRequest.ts';
import { asWebSocketAddresses, importedRequest, socketIoUrl } from '../foreignRequest.ts';
import { field, fieldsOf, listField, textField } from '../fields.ts';
import {
  otherRequests,
  textOf,
  type Imported,
  type ImportedEnvironment,
  type ImportedRequest,
  type ImportedVariable,
  type ImportResult,
} from '../imported.ts';
import type { Importer } from '../importer.ts';
import { variableName } from '../references.ts';

/** Exports of Insomnia: JSON of version 4, which has payloads, and YAML of version 5, which has none. */
export const INSOMNIA: Importer = {
  id: 'insomnia',
  title: 'an export of Insomnia',
  recognise({ files: [file], isFolder }) {
    if (isFolder || !file) return undefined;
    if (textField(file.data, '_type') === 'export') return '_type is export';
    return /^(?:collection|spec|environment)\.insomnia\.rest\/5/.test(textField(file.data, 'type') ?? '')
      ? 'type names Insomnia'
      : undefined;
  },
  read({ files: [file] }): ImportResult {
    if (!file || file.data === undefined)
      return {
        problem: file?.problem ?? 'It is neither JSON nor YAML: export the collection from Insomnia again.',
      };
    return Array.isArray(field(file.data, 'resources')) ? importV4(file.data) : importV5(file.data);
  },
};

/** `{{ _.name }}`, `{{ _['name'] }}` and `{{ name }}`; template tags stay, and are reported. */
function references(text: string): string {
  return text.replace(
    /\{\{\s*(?:_\.|_\[['"])?([^{}]+?)(?:['"]\])?\s*\}\}/g,
    (_, name: string) => `{{${variableName(name)}}}`,
  );
}

function tags(...texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => [...text.matchAll(/\{%\s*(\w+)/g)].map(([, name]) => name));
  return [...new Set(names)].map(
    (name) => `The template tag ${name} of Insomnia is not carried over: replace it in the request.`,
  );
}

/** A request of either version. @param auths those of its folders, the innermost first */
function requestOf(
  request: unknown,
  {
    name,
    isSocketIo,
    steps,
    auths,
    headers,
  }: {
    readonly name: string;
    readonly isSocketIo: boolean;
    readonly steps: readonly PrintableStep[];
    readonly auths: readonly unknown[];
    readonly headers: readonly unknown[];
  },
): ImportedRequest {
  const settings = field(request, 'settings');
  const url = textField(request, 'url') ?? '';
  // An authentication without a type is inherited.
  const auth = [field(request, 'authentication'), ...auths].find(
    (each) => textField(each, 'type') !== undefined,
  );
  const redirects = textField(settings, 'followRedirects') ?? textField(request, 'settingFollowRedirects');
  return importedRequest(
    {
      name,
      url: isSocketIo ? socketIoUrl(url, textField(settings, 'path'), '4') : url,
      headers: [...headers, field(request, 'headers')],
      parameters: field(request, 'parameters'),
      pathParameters: field(request, 'pathParameters'),
      auth: { type: authType(auth), given: auth },
      options: {
        ...(isSocketIo && { protocol: 'socket.io' }),
        ...(redirects === 'off' && { maxRedirects: 0 }),
      },
      steps,
      left: tags(url, JSON.stringify(field(request, 'headers') ?? ''), JSON.stringify(auth ?? '')),
    },
    references,
  );
}

/** A single token is a bearer token by another name. */
function authType(auth: unknown): string {
  const type = textField(auth, 'type') ?? '';
  return type === 'singleToken' ? 'bearer' : type;
}

function importV5(data: unknown): Imported {
  const others = { count: 0, left: [] as string[] };
  const requests = itemsOf(listField(data, 'collection'), [], [], [], others);
  const hasSockets = requests.length > 0;
  const { base, environments } = environmentsOf(field(data, 'environments'));
  return {
    collections: [
      {
        name: textField(data, 'name') ?? '',
        variables: asWebSocketAddresses(base, requests),
        requests,
        left: [
          ...otherRequests(others.count),
          ...others.left,
          ...(hasSockets
            ? ['Insomnia exports no payloads in version 5: export as version 4 (JSON) to import them too.']
            : []),
        ],
      },
    ],
    environments,
  };
}

function itemsOf(
  items: readonly unknown[],
  path: readonly string[],
  auths: readonly unknown[],
  headers: readonly unknown[],
  others: { count: number; readonly left: string[] },
): readonly ImportedRequest[] {
  return items.flatMap((item) => {
    const names = [...path, textField(item, 'name') ?? ''];
    if (Array.isArray(field(item, 'children'))) {
      others.left.push(...folderEnvironment(item, names));
      return itemsOf(
        listField(item, 'children'),
        names,
        [field(item, 'authentication'), ...auths],
        [...headers, field(item, 'headers')],
        others,
      );
    }
    const id = textField(field(item, 'meta'), 'id') ?? '';
    // Before 5.2, only the prefix of the id shows the type.
    const type = textField(item, 'type');
    const isSocketIo = type === 'SocketIORequest' || (type === undefined && id.startsWith('socketio-req'));
    if (!isSocketIo && type !== 'WebSocketRequest' && !(type === undefined && id.startsWith('ws-req'))) {
      others.count++;
      return [];
    }
    return [requestOf(item, { name: names.join(' / '), isSocketIo, steps: [], auths, headers })];
  });
}

/** Says that the variables of a folder are left out: a request file has no variables for a part of its requests. */
function folderEnvironment(folder: unknown, names: readonly string[]): readonly string[] {
  const count = Object.keys(fieldsOf(field(folder, 'environment'))).length;
  if (count === 0) return [];
  return [
    `The folder ${names.join(' / ')} has ${count === 1 ? 'a variable' : `${count} variables`} of its own, not carried over: add ${count === 1 ? 'it' : 'them'} to the file.`,
  ];
}

/** `{name, data, subEnvironments: [{name, data}]}` */
function environmentsOf(root: unknown): {
  readonly base: readonly ImportedVariable[];
  readonly environments: readonly ImportedEnvironment[];
} {
  return {
    base: variablesOf(field(root, 'data')),
    environments: listField(root, 'subEnvironments').map((each) => ({
      name: textField(each, 'name') ?? '',
      variables: variablesOf(field(each, 'data')),
    })),
  };
}

/** Members of members are `a.b`. */
function variablesOf(data: unknown, prefix = ''): readonly ImportedVariable[] {
  return Object.entries(fieldsOf(data)).flatMap(([name, value]) => {
    const whole = `${prefix}${variableName(name)}`;
    if (Object.keys(fieldsOf(value)).length > 0) return variablesOf(value, `${whole}.`);
    const text = typeof value === 'string' ? references(value) : value === null ? '' : JSON.stringify(value);
    return [{ name: whole, value: text }];
  });
}

/** A flat list of resources that name their parents. */
function importV4(data: unknown): Imported {
  const resources = listField(data, 'resources');
  const ofType = (type: string): readonly unknown[] =>
    resources.filter((each) => textField(each, '_type') === type);
  const byId = new Map(resources.map((each) => [textField(each, '_id') ?? '', each]));
  const payloads = ofType('websocket_payload');
  const requests = [...ofType('websocket_request'), ...ofType('socketio_request')].map((request) => {
    const folders = foldersOf(request, byId);
    const id = textField(request, '_id');
    const isSocketIo = textField(request, '_type') === 'socketio_request';
    const steps = payloads
      .filter((each) => textField(each, 'parentId') === id)
      .map((each) => ({
        label: textField(each, 'name') ?? '',
        message: textOf(references(textField(each, 'value') ?? '')),
      }));
    return requestOf(request, {
      name: namesOf([request, ...folders]).join(' / '),
      isSocketIo,
      steps,
      auths: folders.map((each) => field(each, 'authentication')),
      headers: folders.map((each) => field(each, 'headers')).reverse(),
    });
  });
  const environments = ofType('environment');
  // The parent of the base environment is the workspace. The base environment is the parent of the others.
  const isBase = (each: unknown): boolean => {
    const parent = byId.get(textField(each, 'parentId') ?? '');
    return textField(parent, '_type') !== 'environment';
  };
  return {
    collections: [
      {
        name: textField(ofType('workspace')[0], 'name') ?? '',
        variables: asWebSocketAddresses(
          environments.filter(isBase).flatMap((each) => variablesOf(field(each, 'data'))),
          requests,
        ),
        requests,
        left: [
          ...otherRequests(ofType('request').length + ofType('grpc_request').length),
          ...ofType('request_group').flatMap((each) =>
            folderEnvironment(each, namesOf([each, ...foldersOf(each, byId)])),
          ),
        ],
      },
    ],
    environments: environments
      .filter((each) => !isBase(each))
      .map((each) => ({ name: textField(each, 'name') ?? '', variables: variablesOf(field(each, 'data')) })),
  };
}

/** The names of a resource and its folders, the outermost first. */
function namesOf(resources: readonly unknown[]): readonly string[] {
  return [...new Set(resources)].map((each) => textField(each, 'name') ?? '').reverse();
}

/** The folders of a resource, the innermost first. In a broken file a folder may be its own parent. */
function foldersOf(resource: unknown, byId: ReadonlyMap<string, unknown>): readonly unknown[] {
  const folders: unknown[] = [];
  let at = byId.get(textField(resource, 'parentId') ?? '');
  while (textField(at, '_type') === 'request_group' && !folders.includes(at)) {
    folders.push(at);
    at = byId.get(textField(at, 'parentId') ?? '');
  }
  return folders;
}
