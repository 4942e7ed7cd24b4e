import { DocumentLink } from 'vscode';
import type { DocumentLinkProvider, TextDocument } from 'vscode';
import { fileScope } from '../../core/request/scope.ts';
import type { Scope } from '../../core/request/scope.ts';
import type { FilePayload } from '../../core/request/tree.ts';
import { SAMPLE_PORTS } from '../../core/request/values.ts';
import { editorRange } from './editorRange.ts';
import { payloadUri } from './payloadFile.ts';
import { requestFile } from './requestDocuments.ts';

/** `< ./file` leads to the file. */
export const requestLinks: DocumentLinkProvider = {
  provideDocumentLinks(document) {
    const file = requestFile(document);
    // A relative path in a document that is saved nowhere leads nowhere.
    if (!file || document.uri.scheme === 'untitled') return [];
    const scope = fileScope(file.variables, SAMPLE_PORTS);
    return file.requests
      .flatMap(({ steps }) => steps.flatMap(({ payload }) => (payload?.kind === 'file' ? payload : [])))
      .flatMap((payload) => linkOf(document, scope, payload) ?? []);
  },
};

function linkOf(document: TextDocument, scope: Scope, { path }: FilePayload): DocumentLink | undefined {
  const resolved = scope.resolve(path);
  if ('problems' in resolved || resolved.text === '') return undefined;
  return new DocumentLink(editorRange(path.range), payloadUri(document.uri, resolved.text));
}
