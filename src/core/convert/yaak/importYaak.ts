import { asWebSocketAddresses, importedRequest, clientVariables } from '../foreignRequest.ts';
import { field, listField, pairsOf, textField } from '../fields.ts';
import { otherRequests, textOf, type ImportedRequest, type ImportResult } from '../imported.ts';
import type { Importer } from '../importer.ts';
import { variableName } from '../references.ts';

/** An export of Yaak: workspaces, folders, requests and environments in flat lists that name their parents. */
export const YAAK: Importer = {
  id: 'yaak',
  title: 'an export of Yaak',
  recognise: ({ files: [file], isFolder }) =>
    !isFolder && field(file?.data, 'yaakSchema') !== undefined ? 'it has yaakSchema' : undefined,
  read({ files: [file] }): ImportResult {
    const resources = field(file?.data, 'resources');
    if (!file || resources === undefined)
      return { problem: file?.problem ?? 'It has no resources: export the workspace from Yaak again.' };
    const parents = new Map(
      ['workspaces', 'folders'].flatMap((list) =>
        listField(resources, list).map((each) => [textField(each, 'id') ?? '', each] as const),
      ),
    );
    const environments = listField(resources, 'environments');
    const base = environments.filter(isBase);
    return {
      collections: listField(resources, 'workspaces').map((workspace) => {
        const isOwn = (each: unknown): boolean =>
          textField(each, 'workspaceId') === textField(workspace, 'id');
        const requests = listField(resources, 'websocketRequests')
          .filter(isOwn)
          .map((request) => requestOf(request, foldersOf(request, parents)));
        const others = ['httpRequests', 'grpcRequests'].flatMap((list) =>
          listField(resources, list).filter(isOwn),
        );
        return {
          name: textField(workspace, 'name') ?? '',
          variables: asWebSocketAddresses(
            base.filter(isOwn).flatMap((each) => clientVariables(field(each, 'variables'), references)),
            requests,
          ),
          requests,
          left: otherRequests(others.length),
        };
      }),
      environments: environments
        .filter((each) => !isBase(each))
        .map((each) => ({
          name: textField(each, 'name') ?? '',
          variables: clientVariables(field(each, 'variables'), references),
        })),
    };
  },
};

/**
 * Whether an environment is the base environment of its workspace, which all others override. The member
 * `base`, the parent, or the absence of an environment id shows it.
 */
function isBase(environment: unknown): boolean {
  const isSaid = field(environment, 'base');
  if (typeof isSaid === 'boolean') return isSaid;
  const parent = textField(environment, 'parentModel');
  return parent === undefined
    ? textField(environment, 'environmentId') === undefined
    : parent === 'workspace';
}

/** `${[ name ]}`; calls of functions stay, and are reported. */
function references(text: string): string {
  return text.replace(
    /\$\{\[\s*([\p{L}\p{N}_. -]+?)\s*\]\}/gu,
    (_, name: string) => `{{${variableName(name)}}}`,
  );
}

/**
 * The folders of a request and its workspace, the innermost first. In a broken file a folder may be its own parent.
 */
function foldersOf(request: unknown, parents: ReadonlyMap<string, unknown>): readonly unknown[] {
  const found: unknown[] = [];
  let at: unknown = request;
  do {
    at = parents.get(textField(at, 'folderId') ?? textField(at, 'workspaceId') ?? '');
    if (at === undefined || found.includes(at)) break;
    found.push(at);
  } while (found.length <= parents.size);
  return found;
}

function requestOf(request: unknown, above: readonly unknown[]): ImportedRequest {
  const parameters = pairsOf(field(request, 'urlParameters'));
  const isPath = ({ name }: { readonly name: string }): boolean => name.startsWith(':');
  const path = parameters.filter(isPath).map((each) => ({ ...each, name: each.name.slice(1) }));
  const query = parameters
    .filter((each) => !isPath(each))
    .map(({ name, value, isDisabled }) => ({ name, value, disabled: isDisabled }));
  const auth = [request, ...above].find((each) => textField(each, 'authenticationType') !== undefined);
  const message = textField(request, 'message') ?? '';
  const url = textField(request, 'url') ?? '';
  const folders = above.filter((each) => textField(each, 'workspaceId') !== undefined);
  const calls = [url, message, JSON.stringify(field(request, 'headers') ?? '')].flatMap((text) => [
    ...references(text).matchAll(/\$\{\[\s*([\w.]+)\s*\(/g),
  ]);
  return importedRequest(
    {
      name: [
        ...folders.map((each) => textField(each, 'name') ?? '').reverse(),
        textField(request, 'name') ?? '',
      ]
        .filter((name) => name !== '')
        .join(' / '),
      url,
      headers: [...above.map((each) => field(each, 'headers')).reverse(), field(request, 'headers')],
      parameters: query,
      pathParameters: path,
      auth: { type: textField(auth, 'authenticationType') ?? '', given: field(auth, 'authentication') },
      options: { ...(isUnverified([request, ...above]) && { insecure: true }) },
      steps: message === '' ? [] : [{ message: textOf(references(message)) }],
      left: [...new Set(calls.map(([, name]) => name))].map(
        (name) => `The function ${name} of Yaak is not carried over: replace it in the request.`,
      ),
    },
    references,
  );
}

/** A setting is a value, or `{enabled, value}` where it may be inherited. */
function isUnverified(places: readonly unknown[]): boolean {
  for (const place of places) {
    const setting = field(place, 'settingValidateCertificates');
    if (typeof setting === 'boolean') return !setting;
    if (field(setting, 'enabled') === true) return field(setting, 'value') === false;
  }
  return false;
}
