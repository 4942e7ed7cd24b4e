import { DocumentLink } from 'vscode';
import type { DocumentLinkProvider } from 'vscode';
import { referencedFiles } from '../../core/request/variables/referencedFiles.ts';
import { editorRange } from './editorRange.ts';
import { payloadUri } from './payloadFile.ts';
import { requestFile, environmentContextOf } from './requestDocuments.ts';

/** `< ./file`, schemas and certificates lead to their files. */
export const requestLinks: DocumentLinkProvider = {
  provideDocumentLinks(document) {
    const file = requestFile(document);
    // A relative path in a document that is saved nowhere leads nowhere.
    if (!file || document.uri.scheme === 'untitled') return [];
    return referencedFiles(file, environmentContextOf(document)).map(
      ({ path, range }) => new DocumentLink(editorRange(range), payloadUri(document.uri, path)),
    );
  },
};
