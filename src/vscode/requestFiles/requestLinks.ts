import { DocumentLink } from 'vscode';
import type { DocumentLinkProvider, TextDocument } from 'vscode';
import { fileScope } from '../../core/request/scope.ts';
import type { FilePayload, RequestFile } from '../../core/request/tree.ts';
import { SAMPLE_PORTS } from '../../core/request/values.ts';
import { editorRange } from './editorRange.ts';
import { payloadUri } from './payloadFile.ts';
import { requestFile } from './requestDocuments.ts';

/** `< ./file` leads to the file. */
export const requestLinks: DocumentLinkProvider = {
  provideDocumentLinks(document) {
    const file = requestFile(document);
    if (!file) return [];
    return file.requests
      .flatMap(({ steps }) => steps.flatMap(({ payload }) => (payload?.kind === 'file' ? payload : [])))
      .flatMap((payload) => linkOf(document, file, payload) ?? []);
  },
};

function linkOf(document: TextDocument, file: RequestFile, { path }: FilePayload): DocumentLink | undefined {
  // A relative path in a document that is saved nowhere leads nowhere.
  if (document.uri.scheme === 'untitled') return undefined;
  const resolved = fileScope(file.variables, SAMPLE_PORTS).resolve(path);
  if ('problems' in resolved || resolved.text === '') return undefined;
  return new DocumentLink(editorRange(path.range), payloadUri(document.uri, resolved.text));
}
