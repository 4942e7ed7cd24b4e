import { DocumentDropOrPasteEditKind, DocumentPasteEdit, l10n } from 'vscode';
import type { DocumentPasteEditProvider } from 'vscode';
import { importCommandLine, isCommandLine } from '../../../core/convert/commandLine/importCommandLine.ts';
import { printImported } from '../../../core/convert/printImported.ts';
import { parseArguments } from '../../../files/parseArguments.ts';

/** Maximum characters of a command line. */
const MAX_CHARS = 1024 * 1024;

const KIND = DocumentDropOrPasteEditKind.Text.append('duplex', 'request');

/** Offers to paste a command line of curl, wscat or websocat as a request. The text itself stays the default. */
export const pasteCommand: DocumentPasteEditProvider = {
  async provideDocumentPasteEdits(_document, _ranges, pasted, _context, token) {
    const text = (await pasted.get('text/plain')?.asString()) ?? '';
    if (token.isCancellationRequested || text.length > MAX_CHARS || !isCommandLine(text)) return undefined;
    const imported = importCommandLine(text, parseArguments);
    if ('problem' in imported) return undefined;
    // Comments about secrets and left-out options are inserted above the request.
    const request = printImported(imported, 'imported')
      .files.filter(({ kind }) => kind === 'requests')
      .map((file) => file.text)
      .join('\n');
    const edit = new DocumentPasteEdit(request, l10n.t('Convert to a Request'), KIND);
    edit.yieldTo = [DocumentDropOrPasteEditKind.Text];
    return [edit];
  },
};

export const PASTE_METADATA = { pasteMimeTypes: ['text/plain'], providedPasteEditKinds: [KIND] };
