import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDraftExporter } from '../../../src/recording/export/draftExporter.ts';
import { exportRows, ROW_EXPORT_KINDS } from '../../../src/recording/export/exportRows.ts';
import { MAX_PAYLOAD_FILES } from '../../../src/recording/export/payloadFolder.ts';
import type { ExportedRow } from '../../../src/recording/export/rowExporter.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { RowExportKind } from '../../../src/shared/queryProtocol.ts';
import type { SessionManifest } from '../../../src/shared/recordProtocol.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';

const MANIFEST: SessionManifest = {
  format: 'duplex-recording',
  version: 1,
  name: '../evil\u202e',
  url: 'ws://127.0.0.1:9/a?token=••••',
  startedAt: '2026-11-03T12:00:00.250Z',
  segmentBytes: 1024,
  requestHeaders: [],
  responseHeaders: [],
};

let folder: string;
let seq = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duplex-export-'));
  seq = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function row(kind: Kind, direction: Direction, payload: string | Uint8Array, time = seq * 1000): ExportedRow {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return { row: { seq: seq++, time, kind, direction }, payload: bytes };
}

const detail = (value: object): string => JSON.stringify(value);

function conversation(): ExportedRow[] {
  return [
    row('open', 'none', detail({ status: 101, protocol: 'v1', extensions: '', headers: [], exchanges: [] })),
    row('text', 'out', '{"a": 1}'),
    row('text', 'in', 'two\nlines \u202e'),
    row(
      'binary',
      'in',
      Uint8Array.from({ length: 200 }, (_, index) => index),
    ),
    row('text', 'in', Uint8Array.of(0x61, 0xff)),
    row('ping', 'in', 'hi'),
    row('note', 'none', detail({ note: 'reconnect', text: 'Reconnects in 1 s.' })),
    row('close', 'in', detail({ code: 1000, reason: 'bye', clean: true })),
  ];
}

async function exported(kind: RowExportKind, rows: readonly ExportedRow[]) {
  const target = join(folder, 'out');
  const result = await exportRows(kind, MANIFEST, [rows], target);
  return { ...result, target };
}

describe('text', () => {
  it('has a head, then a line for each row: whole messages, dates, no invisible characters', async () => {
    const { rows, left, target } = await exported('text', conversation());
    const lines = readFileSync(target, 'utf8').split('\n');
    expect(rows).toBe(8);
    expect(lines.slice(0, 4)).toEqual([
      '# ../evil‹U+202E›',
      '# ws://127.0.0.1:9/a?token=••••',
      '# Control characters are shown as signs, line feeds as ↵, binary messages in hexadecimal. The bytes and the certificates of handshakes are left out.',
      '',
    ]);
    expect(lines[4]).toBe('-- 2026-11-03T12:00:00.250000Z open   101 v1');
    expect(lines[5]).toBe('-> 2026-11-03T12:00:00.251000Z text   {"a": 1}');
    expect(lines[6]).toBe('<- 2026-11-03T12:00:00.252000Z text   two↵lines ‹U+202E›');
    expect(lines[7]).toMatch(/^<- \S+ binary \(200 B\) 00 01 .* c6 c7$/);
    expect(lines[7]!.match(/ [0-9a-f]{2}(?= |$)/g)).toHaveLength(200);
    expect(lines[8]).toMatch(/text {3}\(2 B\) 61 ff$/);
    expect(lines[11]).toMatch(/close {2}1000 bye$/);
    expect(lines).toHaveLength(13);
    expect(left).toEqual([
      'Control characters are shown as signs, line feeds as ↵, binary messages in hexadecimal.',
      'The bytes and the certificates of handshakes are left out.',
    ]);
  });

  it('writes an empty file for no rows', async () => {
    const { target } = await exported('text', []);
    expect(readFileSync(target, 'utf8')).toBe('');
  });
});

describe('payloads', () => {
  it('writes each row bit for bit, under a name without text of the recording, and a list', async () => {
    const rows = conversation();
    const { target } = await exported('payloads', rows);
    expect(readdirSync(target).sort()).toEqual([
      '0000000-open.json',
      '0000001-out-text.json',
      '0000002-in-text.txt',
      '0000003-in-binary.bin',
      '0000004-in-text.bin',
      '0000005-in-ping.bin',
      '0000006-note.json',
      '0000007-in-close.json',
      'messages.jsonl',
    ]);
    const list = readFileSync(join(target, 'messages.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; seq: number; size: number });
    expect(list[3]).toEqual({
      file: '0000003-in-binary.bin',
      seq: 3,
      time: '2026-11-03T12:00:00.253000Z',
      dir: 'in',
      kind: 'binary',
      size: 200,
    });
    for (const [index, { file, size }] of list.entries()) {
      const bytes = readFileSync(join(target, file));
      expect(bytes.equals(rows[index]!.payload)).toBe(true);
      expect(bytes.length).toBe(size);
      expect(statSync(join(target, file)).mode & 0o077).toBe(0);
    }
    expect(statSync(target).mode & 0o077).toBe(0);
  });

  it('leaves nothing after the export is stopped, and keeps an existing folder', async () => {
    const stop = new DuplexError('call.cancelled', 'Stopped.');
    const failing = exportRows('payloads', MANIFEST, [conversation()], join(folder, 'out'), () => {
      throw stop;
    });
    await expect(failing).rejects.toBe(stop);
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out', 'mine'), 'mine');
    await expect(exported('payloads', conversation())).rejects.toThrow(
      /out exists: choose another name for the new folder\.$/,
    );
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readdirSync(join(folder, 'out'))).toEqual(['mine']);
  });

  it('names the limit, and writes nothing, for too many rows', async () => {
    const many = Array.from({ length: MAX_PAYLOAD_FILES }, () => row('text', 'in', ''));
    const pages = [[row('text', 'in', 'a')], many];
    await expect(exportRows('payloads', MANIFEST, pages, join(folder, 'out'))).rejects.toThrow(
      /^An export of payloads writes one file per row, for at most 100,000 rows: export fewer rows/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the list of omitted parts', () => {
  it('has notes for HAR, handshakes for JSON lines, and nothing for CSV', async () => {
    const lost = async (kind: RowExportKind): Promise<readonly string[]> =>
      (await exportRows(kind, MANIFEST, [conversation()], join(folder, kind))).left;
    expect(await lost('har')).toEqual(['One note is left out.']);
    expect(await lost('jsonl')).toEqual(['The bytes and the certificates of handshakes are left out.']);
    expect(await lost('csv')).toEqual([]);
    expect(await lost('payloads')).toEqual([]);
  });

  it('is at the head of a HAR', async () => {
    const { target } = await exported('har', conversation());
    const { log } = JSON.parse(readFileSync(target, 'utf8')) as { log: { comment: string } };
    expect(log.comment).toContain('Notes, frames and certificates of the recording are left out.');
  });
});

it('every kind leaves no file after a failed export', async () => {
  for (const kind of [...ROW_EXPORT_KINDS, createDraftExporter(MANIFEST)]) {
    const failing = exportRows(kind, MANIFEST, [conversation()], join(folder, 'out'), () => {
      throw new DuplexError('call.cancelled', 'Stopped.');
    });
    await expect(failing).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  }
  expect(readdirSync(folder)).toEqual([]);
});
