import { EventEmitter, Uri, commands, languages, window, workspace } from 'vscode';
import type { Disposable, TextDocumentContentProvider } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { FormattedDocument } from '../../shared/formatProtocol.ts';
import type { SessionId } from '../../shared/session.ts';
import type { Row } from '../../shared/timeline.ts';
import { checkCopySize } from './copyPayload.ts';

/** Scheme of the read-only documents that show messages. VS Code never writes them to disk. */
const SCHEME = 'duplex-message';

const LANGUAGES: Readonly<Record<FormattedDocument['language'], string>> = {
  json: 'json',
  xml: 'xml',
  text: 'plaintext',
  hex: 'plaintext',
};

/** Messages as read-only documents, formatted as the inspector's Pretty. */
export interface MessageDocuments extends Disposable {
  open(session: Session, row: Row): Promise<void>;
  /** Opens the diff editor over two messages, the second one of `other` if that is given. */
  compare(session: Session, first: Row, second: Row, other?: Session): Promise<void>;
}

/** A document ends with its last editor; its text is formatted anew when it is opened again. */
export function messageDocuments(engine: Engine): MessageDocuments {
  const changed = new EventEmitter<Uri>();
  let opened = 0;

  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const { id, seq } = partsOf(uri);
      const folder = engine.find(id)?.folder;
      if (folder === undefined) return '';
      const name = `editor/${++opened}`;
      try {
        const { language } = await engine.format.open(name, folder, seq, 'pretty');
        const text = await engine.format.text(name);
        checkCopySize(text.length);
        languagesByUri.set(uri.toString(), LANGUAGES[language]);
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(text);
      } finally {
        await engine.format.close(name);
      }
    },
  };
  const languagesByUri = new Map<string, string>();
  const registration = workspace.registerTextDocumentContentProvider(SCHEME, provider);
  const closing = workspace.onDidCloseTextDocument(({ uri }) => languagesByUri.delete(uri.toString()));

  const load = async (session: Session, row: Row): Promise<Uri> => {
    const uri = uriOf(session, row);
    const document = await workspace.openTextDocument(uri);
    const language = languagesByUri.get(uri.toString()) ?? 'plaintext';
    if (document.languageId !== language) await languages.setTextDocumentLanguage(document, language);
    return uri;
  };

  return {
    async open(session, row) {
      await window.showTextDocument(await load(session, row), { preview: true });
    },
    async compare(session, first, second, other = session) {
      const [left, right] = [await load(session, first), await load(other, second)];
      await commands.executeCommand('vscode.diff', left, right, `${nameOf(first)} ↔ ${nameOf(second)}`);
    },
    dispose() {
      registration.dispose();
      closing.dispose();
      changed.dispose();
    },
  };
}

function nameOf({ seq, kind }: Row): string {
  return `#${seq} ${kind}`;
}

/** The path is the tab's title; the query names the message. */
function uriOf(session: Session, row: Row): Uri {
  const { id, name } = session.summary;
  const path = `/${name.replace(/[/\\]/g, '-')} ${nameOf(row)}`;
  return Uri.from({
    scheme: SCHEME,
    path,
    query: new URLSearchParams({ id, seq: String(row.seq) }).toString(),
  });
}

function partsOf({ query }: Uri): { readonly id: SessionId; readonly seq: number } {
  const values = new URLSearchParams(query);
  return { id: (values.get('id') ?? '') as SessionId, seq: Number(values.get('seq')) };
}
