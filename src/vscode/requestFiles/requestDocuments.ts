import type { DocumentSelector, TextDocument } from 'vscode';
import { parseRequestFile } from '../../core/request/parseRequestFile.ts';
import type { RequestFile, RequestFileKind } from '../../core/request/tree.ts';

export const REQUEST_LANGUAGE = 'websocket-request';

/** The documents that hold requests. A .http file is one whatever language another extension gives it. */
export const REQUEST_DOCUMENTS: DocumentSelector = [
  { language: REQUEST_LANGUAGE },
  { pattern: '**/*.{http,rest}' },
];

export function requestFileKind(document: TextDocument): RequestFileKind | undefined {
  // The other side of a comparison: its requests are history.
  if (document.uri.scheme === 'git') return undefined;
  if (document.languageId === REQUEST_LANGUAGE) return 'ws';
  return /\.(http|rest)$/i.test(document.uri.path) ? 'http' : undefined;
}

const parsed = new WeakMap<TextDocument, { readonly version: number; readonly file: RequestFile }>();

/** The document as it is now, read once a version; undefined where it is no request file. */
export function requestFile(document: TextDocument): RequestFile | undefined {
  const kind = requestFileKind(document);
  if (!kind) return undefined;
  const known = parsed.get(document);
  if (known?.version === document.version && known.file.kind === kind) return known.file;
  const file = parseRequestFile(document.getText(), kind);
  parsed.set(document, { version: document.version, file });
  return file;
}
