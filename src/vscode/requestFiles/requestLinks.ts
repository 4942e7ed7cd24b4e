import { DocumentLink } from 'vscode';
import type { DocumentLinkProvider } from 'vscode';
import { referencedFiles } from '../../core/request/environment/referencedFiles.ts';
import { editorRange } from './editorRange.ts';
import { payloadUri } from './payloadFile.ts';
import { requestFile, surroundingsAround } from './requestDocuments.ts';

/** `< ./file`, schemas and certificates lead to their files. */
export const requestLinks: DocumentLinkProvider = {
  provideDocumentLinks(document) {
    const file = requestFile(document);
    // A relative path in a document that is saved nowhere leads nowhere.
    if (!file || document.uri.scheme === 'untitled') return [];
    return referencedFiles(file, surroundingsAround(document)).map(
      ({ path, range }) => new DocumentLink(editorRange(range), payloadUri(document.uri, path)),
    );
  },
};
