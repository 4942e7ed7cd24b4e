import { l10n, Uri, window, workspace } from 'vscode';
import type { TextDocument } from 'vscode';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Request, Step } from '../../core/request/syntax/tree.ts';
import { DuplexError } from '../../shared/errors.ts';
import { requestFile } from './requestDocuments.ts';

export interface FoundRequest extends PlacedRequest {
  readonly document: TextDocument;
}

/**
 * The request that a command is about.
 * @param file a URI or its text; by default the active editor
 * @param which a name or an index; by default the request at the cursor
 * @throws DuplexError `call.invalid` if there is none
 */
export async function findRequest(file: unknown, which: unknown): Promise<FoundRequest> {
  const { document, uri, file: parsed } = await findRequestFile(file);
  const request =
    which === undefined ? atLine(parsed.requests, cursorLine(document)) : byName(parsed.requests, which);
  if (request) return { document, uri, file: parsed, request };
  throw new DuplexError(
    'call.invalid',
    which === undefined
      ? l10n.t('There is no request at the cursor: put it into one.')
      : l10n.t('The request file has no request {0}: it was renamed or removed.', JSON.stringify(which)),
  );
}

/** The request file that a command is about: as `findRequest` takes it. @throws DuplexError `call.invalid` if there is none */
export async function findRequestFile(file: unknown): Promise<Omit<FoundRequest, 'request'>> {
  const document = await documentOf(file);
  const parsed = document && requestFile(document);
  if (parsed) return { document, uri: document.uri.toString(), file: parsed };
  throw new DuplexError('call.invalid', l10n.t('No request file is open: open a .ws file or name one.'));
}

/**
 * The step that a command is about: by its index, or the one at the cursor.
 * @throws DuplexError `call.invalid` if there is none
 */
export function findStep({ document, request }: FoundRequest, which: unknown): Step {
  const step =
    which === undefined
      ? atLine(request.steps, cursorLine(document))
      : request.steps.find(({ index }) => index === which);
  if (step) return step;
  throw new DuplexError(
    'call.invalid',
    which === undefined
      ? l10n.t('There is no message at the cursor: put it into one.')
      : l10n.t('The request has no message {0}: it was removed.', JSON.stringify(which)),
  );
}

async function documentOf(file: unknown): Promise<TextDocument | undefined> {
  if (file === undefined) return window.activeTextEditor?.document;
  const uri = file instanceof Uri ? file : typeof file === 'string' ? Uri.parse(file, true) : undefined;
  if (uri) return workspace.openTextDocument(uri);
  throw new DuplexError('call.invalid', l10n.t('The first argument must be the URI of a request file.'));
}

function cursorLine(document: TextDocument): number | undefined {
  const editor = window.activeTextEditor;
  return editor?.document === document ? editor.selection.active.line : undefined;
}

function byName(requests: readonly Request[], which: unknown): Request | undefined {
  return requests.find(({ index, name }) => index === which || name?.text === which);
}

/** The last one that starts at or above the line; without a line, the only one. */
function atLine<T extends Request | Step>(nodes: readonly T[], line: number | undefined): T | undefined {
  if (line === undefined) return nodes.length === 1 ? nodes[0] : undefined;
  return nodes.filter(({ range }) => range.start.line <= line).at(-1);
}
