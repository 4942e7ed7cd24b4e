import { RULES_PROTOCOL } from '../../core/protocol/decode/decodedUnits.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { FormatWorkerCalls } from '../../shared/formatProtocol.ts';
import { MiB } from '../../shared/limits.ts';
import type { FramePage } from '../../shared/frames.ts';
import type {
  PanelComposerCalls,
  PanelConnectionCalls,
  PanelHandshakeCalls,
  PanelHostCalls,
  PanelProxyCalls,
  PanelRowCalls,
  PanelSearchCalls,
  PanelStart,
} from '../../shared/panelProtocol.ts';
import type { PanelUnitCalls } from '../../shared/panelUnits.ts';
import type { ConnectOptions, SessionSummary } from '../../shared/session.ts';
import type { PanelTimelineCalls } from '../../shared/timelineProtocol.ts';
import { checkCount, checkIndex, checkName, checkView } from './checks.ts';

/** The part of a session that a panel needs. */
export interface PanelSession {
  readonly options: Pick<ConnectOptions, 'decode'>;
  readonly folder: string | undefined;
  readonly summary: SessionSummary;
  readonly rows: number;
  readFrames(seq: number, from: number, count: number): Promise<FramePage>;
}

/** The functions of the window that the calls need. */
export interface PanelPorts {
  ready(): PanelStart;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  savePayload(seq: number): Promise<void>;
  copyPayload(seq: number): Promise<void>;
  copyText(text: Uint8Array): Promise<void>;
}

export interface PanelCalls {
  readonly calls: Omit<
    PanelHostCalls,
    | 'rows'
    | keyof (PanelSearchCalls &
        PanelHandshakeCalls &
        PanelConnectionCalls &
        PanelTimelineCalls &
        PanelComposerCalls &
        PanelRowCalls &
        PanelProxyCalls &
        PanelUnitCalls)
  >;
  /** The page's name of a document of this panel; undefined for documents of other panels. */
  nameOf(document: string): string | undefined;
  /** Frees the documents that the page held. */
  closeDocuments(): Promise<void>;
}

/** Maximum bytes of a payload that the page gets as a whole; a larger one is pulled line by line. */
const MAX_PAGE_TEXT = 16 * MiB;

/** Indentation may enlarge the text of a payload, at most by this factor. */
const MAX_GROWTH = 4;

/** Maximum open documents: more than a page shows at once. */
const MAX_DOCUMENTS = 16;

/**
 * Serves the calls of a panel's page.
 * @param prefix keeps the documents of several panels apart in the one format worker
 * @param format starts that worker on its first use
 */
export function panelCalls(
  prefix: string,
  session: PanelSession,
  format: () => FormatWorkerCalls,
  ports: PanelPorts,
): PanelCalls {
  // The value identifies the opening, because the page may close a document and reuse its name before the first one
  // has failed.
  const documents = new Map<string, symbol>();
  /** Payload bytes of the open documents. */
  const sizes = new Map<string, number>();
  const full = (document: string): string => prefix + document;
  const open = (document: unknown): string => {
    const name = checkName(document);
    if (!documents.has(name))
      throw new DuplexError('call.invalid', 'This view was closed: open the message again.');
    return full(name);
  };
  const closeDocuments = async (): Promise<void> => {
    const names = [...documents.keys()];
    documents.clear();
    await Promise.all(names.map((name) => format().close(full(name))));
  };

  const calls: PanelCalls['calls'] = {
    async ready() {
      // A new page does not know the documents of the previous one.
      await closeDocuments();
      return ports.ready();
    },
    async frames(seq, from, count) {
      return session.readFrames(checkIndex(seq), checkIndex(from), checkCount(count));
    },
    async openDocument(document, seq, view) {
      const name = checkName(document);
      const row = checkIndex(seq);
      const wanted = checkView(view);
      if (session.folder === undefined)
        throw new DuplexError('call.invalid', 'This session is not recorded: there is nothing to show.');
      if (!documents.has(name) && documents.size >= MAX_DOCUMENTS)
        throw new DuplexError('call.invalid', 'Too many views are open: close some first.');
      const opening = Symbol(name);
      documents.set(name, opening);
      try {
        const opened = await format().open(full(name), session.folder, row, wanted, rulesOf(session));
        sizes.set(name, opened.bytes);
        return opened;
      } catch (error) {
        if (documents.get(name) === opening) documents.delete(name);
        throw error;
      }
    },
    async documentLines(document, from, count) {
      return format().lines(open(document), checkIndex(from), checkCount(count));
    },
    async documentText(document) {
      const name = open(document);
      if ((sizes.get(checkName(document)) ?? Infinity) > MAX_PAGE_TEXT) return undefined;
      const text = await format().text(name);
      return text.length > MAX_PAGE_TEXT * MAX_GROWTH ? undefined : text;
    },
    async documentImage(document) {
      return format().image(open(document));
    },
    async closeDocument(document) {
      const name = checkName(document);
      if (documents.delete(name)) await format().close(full(name));
    },
    connect: () => ports.connect(),
    disconnect: () => ports.disconnect(),
    savePayload: async (seq) => ports.savePayload(checkIndex(seq)),
    copyPayload: async (seq) => ports.copyPayload(checkIndex(seq)),
    copyDocument: async (document) => ports.copyText(await format().text(open(document))),
  };

  return {
    calls,
    nameOf: (document) => {
      const name = document.startsWith(prefix) ? document.slice(prefix.length) : undefined;
      return name !== undefined && documents.has(name) ? name : undefined;
    },
    closeDocuments,
  };
}

/**
 * The rules for whole messages. With a protocol there are none, because rules then apply to the payloads of its
 * units.
 */
export function rulesOf({ options, summary }: Pick<PanelSession, 'options' | 'summary'>): readonly string[] {
  const { decodedAs } = summary;
  return decodedAs === undefined || decodedAs.id === RULES_PROTOCOL ? options.decode : [];
}
