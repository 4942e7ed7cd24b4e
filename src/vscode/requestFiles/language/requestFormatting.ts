import { TextEdit } from 'vscode';
import type { DocumentFormattingEditProvider } from 'vscode';
import { formatRequestFile } from '../../../core/request/print/formatRequestFile.ts';
import { linesRange } from './linesOf.ts';

/** Format Document, and format on save where the user wants it. Payloads stay as they are. */
export const requestFormatting: DocumentFormattingEditProvider = {
  provideDocumentFormattingEdits(document) {
    const text = document.getText();
    const formatted = formatRequestFile(text);
    // VS Code makes the least changes of it: cursors and folds stay where they are.
    return formatted === text ? [] : [TextEdit.replace(linesRange(document), formatted)];
  },
};
