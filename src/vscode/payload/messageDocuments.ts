import { existsSync } from 'node:fs';
import { EventEmitter, Uri, commands, l10n, languages, window, workspace } from 'vscode';
import type { Disposable, TextDocumentContentProvider } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { FormattedDocument } from '../../shared/formatProtocol.ts';
import type { SessionId } from '../../shared/session.ts';
import type { Row } from '../../shared/timeline.ts';
import type { Store } from '../recentUrls.ts';
import { checkCopySize } from './copyPayload.ts';

/** The scheme of the read-only documents that show messages. VS Code never writes them to disk. */
const SCHEME = 'duplex-message';

const LANGUAGES: Readonly<Record<FormattedDocument['language'], string>> = {
  json: 'json',
  xml: 'xml',
  text: 'plaintext',
  hex: 'plaintext',
};

/** Messages as read-only documents, formatted like the view Pretty of the inspector. */
export interface MessageDocuments extends Disposable {
  open(session: Session, row: Row): Promise<void>;
  /** Opens the diff editor for two messages. */
  compare(session: Session, first: Row, second: Row): Promise<void>;
  /**
   * Stores which recording a session replays, so that it is known after a reload of the window. @param folder of the
   * recording
   */
  keepReplayed(session: Session, folder: string): Promise<void>;
  /**
   * Opens the diff editor for a message of the recording that the session replays, at the left, and one of the
   * session.
   * @throws DuplexError `call.invalid` if the recording is not known or was removed, or if it lacks the message
   */
  compareReplayed(session: Session, recorded: number, own: number): Promise<void>;
}

const REPLAYED_KEY = 'replayedRecordings';
/** Maximum replays whose recordings are stored, the latest first. */
const MOST_REPLAYS = 50;

/** VS Code drops a document with its last editor. Opening it again formats its text again. */
export function createMessageDocuments(engine: Engine, store: Store): MessageDocuments {
  const changed = new EventEmitter<Uri>();
  let opened = 0;

  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const { id, seq } = partsOf(uri);
      const folder = engine.find(id)?.folder;
      // The window was reloaded, or the session was removed.
      if (folder === undefined)
        return l10n.t(
          'The session of this message is not open: open the session, and then the message again.',
        );
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
    // VS Code does not request a document again that it still has, so that one keeps its language.
    const language = languagesByUri.get(uri.toString()) ?? document.languageId;
    if (document.languageId !== language) await languages.setTextDocumentLanguage(document, language);
    return uri;
  };

  /** The folders of the replayed recordings, by the ids of the sessions that replay them. */
  const replayed = (): readonly (readonly [id: string, folder: string])[] => {
    const stored = store.get(REPLAYED_KEY);
    return Array.isArray(stored) ? stored.filter(isPair) : [];
  };
  const diff = async (session: Session, first: Row, other: Session, second: Row): Promise<void> => {
    const [left, right] = [await load(session, first), await load(other, second)];
    await commands.executeCommand('vscode.diff', left, right, `${nameOf(first)} ↔ ${nameOf(second)}`);
  };

  return {
    async open(session, row) {
      await window.showTextDocument(await load(session, row), { preview: true });
    },
    compare: (session, first, second) => diff(session, first, session, second),
    async keepReplayed({ id }, folder) {
      const others = replayed().filter(([other]) => other !== id);
      await store.update(REPLAYED_KEY, [[id, folder], ...others].slice(0, MOST_REPLAYS));
    },
    async compareReplayed(session, recorded, own) {
      const [, folder] = replayed().find(([id]) => id === session.id) ?? [];
      if (folder === undefined)
        throw new DuplexError(
          'call.invalid',
          l10n.t('This window does not know the recording of this replay: replay it again to compare.'),
        );
      if (!existsSync(folder))
        throw new DuplexError(
          'call.invalid',
          l10n.t('The recording of this replay was removed, so there is nothing to compare with.'),
        );
      const source = await engine.reopen(folder);
      const [[first], [second]] = await Promise.all([source.readRows(recorded, 1), session.readRows(own, 1)]);
      if (!first || !second)
        throw new DuplexError(
          'call.invalid',
          l10n.t('One of the two messages is not in its recording any more: replay it again to compare.'),
        );
      await diff(source, first, session, second);
    },
    dispose() {
      registration.dispose();
      closing.dispose();
      changed.dispose();
    },
  };
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
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
