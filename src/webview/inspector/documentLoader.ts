import { cutHexRow, HEX_ROW_BYTES } from '../../core/format/hexRows.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { FormattedDocument, View } from '../../shared/formatProtocol.ts';
import type { PanelHostCalls } from '../../shared/panelProtocol.ts';
import type { PageCache } from '../list/pageCache.ts';
import { createPageCache } from '../list/pageCache.ts';

/** Lines per pull; about 200 KB if all have the maximum length. */
const PAGE_SIZE = 100;
const MAX_PAGES = 20;

/** A message in one view, with the lines pulled so far. */
export interface LoadedDocument {
  readonly name: string;
  readonly seq: number;
  readonly view: View;
  readonly format: FormattedDocument;
  readonly lines: PageCache<string>;
  /** The whole text; undefined for hex, and for a message that is too large for the page. */
  readonly text: string | undefined;
  /** The number of bytes that hex shows; undefined for the other views. */
  readonly hexBytes: number | undefined;
}

export interface LoadingDocument {
  readonly name: string;
  readonly seq: number;
  readonly view: View;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
}

export interface DocumentLoader {
  /** The document on screen. It stays until the next one is ready. */
  readonly current: LoadedDocument | undefined;
  readonly loading: LoadingDocument | undefined;
  /** Why the last document could not be shown; empty if the user cancelled it. */
  readonly failure: string | undefined;
  show(seq: number, view: View): Promise<void>;
  /** Cancels what is loading; `failure` is then empty. */
  cancel(): void;
  /** Frees everything. */
  close(): void;
  onProgress(name: string, done: number, total: number): void;
  /** The message as it was transmitted; undefined if it is too large for the page. The document on screen stays. */
  rawText(seq: number): Promise<string | undefined>;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type Calls = Pick<PanelHostCalls, 'openDocument' | 'documentLines' | 'documentText' | 'closeDocument'>;

/** Shows one document at a time and frees the previous one, even if that is still being formatted. */
export function createDocumentLoader(calls: Calls, onChange: () => void): DocumentLoader {
  let current: LoadedDocument | undefined;
  let loading: LoadingDocument | undefined;
  let failure: string | undefined;
  let opened = 0;

  const free = (document: { name: string } | undefined): void => {
    // Closing fails only if the host is gone, and the document with it.
    if (document) calls.closeDocument(document.name).catch(() => undefined);
  };

  const isLoading = (name: string): boolean => loading?.name === name;

  return {
    get current() {
      return current;
    },
    get loading() {
      return loading;
    },
    get failure() {
      return failure;
    },
    async show(seq, view) {
      free(loading);
      const name = `d${++opened}`;
      loading = { name, seq, view, done: 0, total: 0 };
      failure = undefined;
      onChange();
      try {
        const format = await calls.openDocument(name, seq, view);
        const lines = createPageCache<string>({
          pageSize: PAGE_SIZE,
          maxPages: MAX_PAGES,
          pull: (from, count) => calls.documentLines(name, from, count),
        });
        const bytes =
          format.language === 'hex' || !isLoading(name) ? undefined : await calls.documentText(name);
        if (isLoading(name) && !bytes) await lines.load(0, Math.min(format.lines, PAGE_SIZE));
        const hexBytes =
          format.language === 'hex' && isLoading(name) ? await countBytes(lines, format.lines) : undefined;
        if (!isLoading(name)) return;
        free(current);
        const text = !bytes ? undefined : decoder.decode(bytes);
        current = { name, seq, view, format, lines, text, hexBytes };
      } catch (error) {
        if (!isLoading(name)) return;
        free(current);
        current = undefined;
        failure = toDuplexError(error).message;
      }
      loading = undefined;
      onChange();
    },
    cancel() {
      free(loading);
      free(current);
      loading = undefined;
      current = undefined;
      failure = '';
      onChange();
    },
    close() {
      free(loading);
      free(current);
      loading = undefined;
      current = undefined;
      failure = undefined;
      onChange();
    },
    onProgress(name, done, total) {
      if (loading?.name !== name) return;
      loading = { ...loading, done, total };
      onChange();
    },
    async rawText(seq) {
      const name = `d${++opened}`;
      try {
        await calls.openDocument(name, seq, 'raw');
        const bytes = await calls.documentText(name);
        return bytes && decoder.decode(bytes);
      } finally {
        free({ name });
      }
    },
  };
}

/** Only the last row may be shorter than the others. */
async function countBytes(lines: PageCache<string>, count: number): Promise<number> {
  if (count === 0) return 0;
  await lines.load(count - 1, count);
  const last = cutHexRow(lines.get(count - 1) ?? '', 0, HEX_ROW_BYTES);
  return (count - 1) * HEX_ROW_BYTES + last.digits.length;
}
