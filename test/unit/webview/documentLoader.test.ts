import { describe, expect, it, vi } from 'vitest';
import { hexRows } from '../../../src/core/format/hexRows.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { FormattedDocument } from '../../../src/shared/formatProtocol.ts';
import { createDocumentLoader } from '../../../src/webview/inspector/documentLoader.ts';

const FORMAT: FormattedDocument = { lines: 3, language: 'json', remark: undefined, bytes: 9 };

/** A host whose documents are ready when the test says so. */
function setUp() {
  const opening = new Map<string, { ready(): void; fail(error: Error): void }>();
  const calls = {
    openDocument: vi.fn(
      (name: string) =>
        new Promise<FormattedDocument>((resolve, reject) => {
          opening.set(name, { ready: () => resolve(FORMAT), fail: reject });
        }),
    ),
    documentLines: vi.fn(async (name: string, from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `${name} line ${from + index}`),
    ),
    documentText: vi.fn(async (_name: string): Promise<Uint8Array | undefined> => undefined),
    closeDocument: vi.fn(async (name: string) => {
      opening.get(name)?.fail(new DuplexError('call.cancelled', 'It was closed.'));
    }),
  };
  const onChange = vi.fn();
  const loader = createDocumentLoader(calls, onChange);
  return {
    loader,
    calls,
    opening,
    onChange,
    closed: () => calls.closeDocument.mock.calls.map(([name]) => name),
  };
}

describe('createDocumentLoader', () => {
  it('shows a document once its first lines are there', async () => {
    const { loader, opening } = setUp();
    const shown = loader.show(7, 'pretty');
    expect(loader.loading).toMatchObject({ seq: 7, view: 'pretty' });
    expect(loader.current).toBeUndefined();
    opening.get('d1')!.ready();
    await shown;
    expect(loader.loading).toBeUndefined();
    expect(loader.current).toMatchObject({ name: 'd1', seq: 7, view: 'pretty', format: FORMAT });
    expect(loader.current?.lines.get(2)).toBe('d1 line 2');
  });

  it('holds the whole text if the host gives it, and then pulls no lines', async () => {
    const { loader, opening, calls } = setUp();
    calls.documentText.mockResolvedValueOnce(new TextEncoder().encode('{\n  "a": "é"\n}'));
    const shown = loader.show(7, 'pretty');
    opening.get('d1')!.ready();
    await shown;
    expect(loader.current?.text).toBe('{\n  "a": "é"\n}');
    expect(calls.documentLines).not.toHaveBeenCalled();
  });

  it('reads the raw text beside the document on screen, and frees it', async () => {
    const { loader, opening, calls, closed } = setUp();
    const shown = loader.show(7, 'pretty');
    opening.get('d1')!.ready();
    await shown;
    calls.documentText.mockResolvedValueOnce(new TextEncoder().encode('{"a": "é"}'));
    const raw = loader.rawText(7);
    expect(calls.openDocument).toHaveBeenLastCalledWith('d2', 7, 'raw');
    opening.get('d2')!.ready();
    expect(await raw).toBe('{"a": "é"}');
    expect([closed(), loader.current?.name, loader.loading]).toEqual([['d2'], 'd1', undefined]);
  });

  it('has no raw text of a message that is too large, and frees one that cannot be opened', async () => {
    const { loader, opening, closed } = setUp();
    const large = loader.rawText(7);
    opening.get('d1')!.ready();
    expect(await large).toBeUndefined();
    const failed = loader.rawText(7);
    opening.get('d2')!.fail(new DuplexError('file.invalid', 'It was cut.'));
    await expect(failed).rejects.toThrow('It was cut.');
    expect(closed()).toEqual(['d1', 'd2']);
  });

  it('counts the bytes of hex by its last row, far behind the first rows', async () => {
    const { loader, calls } = setUp();
    const rows = hexRows(new Uint8Array(16 * 5_000 + 3));
    calls.openDocument.mockResolvedValueOnce({ ...FORMAT, language: 'hex', lines: rows.lines });
    calls.documentLines.mockImplementation(async (_, from, count) =>
      Array.from({ length: count }, (_row, index) => rows.line(from + index)),
    );
    await loader.show(7, 'hex');
    expect(loader.current?.hexBytes).toBe(80_003);
    expect(calls.documentLines.mock.calls.map(([, from, count]) => [from, count])).toEqual([
      [0, 100],
      [5_000, 1],
    ]);
    expect(calls.documentText).not.toHaveBeenCalled();
  });

  it('counts no bytes of a message without any, nor of text', async () => {
    const { loader, calls, opening } = setUp();
    calls.openDocument.mockResolvedValueOnce({ ...FORMAT, language: 'hex', lines: 0 });
    await loader.show(7, 'hex');
    expect(loader.current?.hexBytes).toBe(0);
    const shown = loader.show(7, 'raw');
    opening.get('d2')!.ready();
    await shown;
    expect(loader.current?.hexBytes).toBeUndefined();
  });

  it('keeps the previous document until the next one is shown, and then frees it', async () => {
    const { loader, opening, closed } = setUp();
    const first = loader.show(1, 'pretty');
    opening.get('d1')!.ready();
    await first;
    const second = loader.show(2, 'raw');
    expect(loader.current?.name).toBe('d1');
    opening.get('d2')!.ready();
    await second;
    expect(loader.current?.name).toBe('d2');
    expect(closed()).toEqual(['d1']);
  });

  it('cancels a document that is no longer shown', async () => {
    const { loader, opening, closed } = setUp();
    const passed = [loader.show(1, 'pretty'), loader.show(2, 'pretty'), loader.show(3, 'pretty')];
    opening.get('d3')!.ready();
    await Promise.all(passed);
    expect(closed()).toEqual(['d1', 'd2']);
    expect(loader.current?.seq).toBe(3);
    expect(loader.failure).toBeUndefined();
  });

  it('reports the progress of the loading document only', () => {
    const { loader } = setUp();
    void loader.show(1, 'pretty');
    loader.onProgress('d0', 9, 10);
    expect(loader.loading).toMatchObject({ done: 0, total: 0 });
    loader.onProgress('d1', 5, 10);
    expect(loader.loading).toMatchObject({ done: 5, total: 10 });
  });

  it('can be cancelled', async () => {
    const { loader, closed } = setUp();
    const shown = loader.show(1, 'pretty');
    loader.cancel();
    await shown;
    expect(closed()).toEqual(['d1']);
    expect(loader).toMatchObject({ loading: undefined, current: undefined, failure: '' });
  });

  it('reports why a document cannot be shown, until the next one', async () => {
    const { loader, opening } = setUp();
    const shown = loader.show(1, 'pretty');
    opening.get('d1')!.fail(new DuplexError('file.invalid', 'The recording was deleted.'));
    await shown;
    expect(loader.failure).toBe('The recording was deleted.');
    void loader.show(2, 'pretty');
    expect(loader.failure).toBeUndefined();
  });

  it('frees everything when it is closed', async () => {
    const { loader, opening, closed } = setUp();
    const first = loader.show(1, 'pretty');
    opening.get('d1')!.ready();
    await first;
    void loader.show(2, 'pretty');
    loader.close();
    expect(closed().sort()).toEqual(['d1', 'd2']);
    expect(loader).toMatchObject({ loading: undefined, current: undefined, failure: undefined });
  });

  it('reports each change', async () => {
    const { loader, opening, onChange } = setUp();
    const shown = loader.show(1, 'pretty');
    expect(onChange).toHaveBeenCalledTimes(1);
    opening.get('d1')!.ready();
    await shown;
    expect(onChange).toHaveBeenCalledTimes(2);
  });
});
