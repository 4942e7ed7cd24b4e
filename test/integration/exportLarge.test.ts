import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportedRow } from '../../src/core/convert/imported.ts';
import { writeRecording } from '../../src/engine/recordingFile.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

const ROWS = 300_000;
/** MiB of heap: less than the text of the rows takes. */
const HEAP = 64;

let folder: RequestFolder;

function* rows(): Generator<ImportedRow> {
  const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const open = { status: 101, protocol: '', extensions: '', headers: [['Server', 'x']] };
  yield { kind: 'open', direction: 'none', flags: 0, time: 0, payload: json(open) };
  const payload = new TextEncoder().encode(`{"pad":"${'x'.repeat(190)}"}`);
  for (let row = 1; row < ROWS; row++)
    yield { kind: 'text', direction: row % 2 === 0 ? 'in' : 'out', flags: 0, time: row * 10, payload };
  yield {
    kind: 'close',
    direction: 'in',
    flags: 0,
    time: ROWS * 10,
    payload: json({ code: 1000, reason: '', clean: true }),
  };
}

beforeAll(async () => {
  folder = requestFolder();
  await writeRecording(join(folder.path, 'rec'), {
    name: 'large',
    url: 'ws://127.0.0.1:1/a?b=c',
    startedAt: '2026-11-03T12:00:00.000Z',
    requestHeaders: [['Origin', 'https://example.test']],
    responseHeaders: [],
    rows,
  });
}, 60_000);
afterAll(() => folder.remove());

describe('an export of many rows', () => {
  it.each(['har', 'jsonl', 'csv', 'text'])(
    'as %s needs memory for none of them',
    { timeout: 120_000 },
    async (kind) => {
      const args = ['export', 'rec', '--to', kind, '--output', `out.${kind}`];
      const { status, stderr } = await folder.duplex(args, { NODE_OPTIONS: `--max-old-space-size=${HEAP}` });
      expect(status, stderr).toBe(0);
      expect(stderr).toContain(`${ROWS + 1} rows written`);
      expect(statSync(join(folder.path, `out.${kind}`)).size).toBeGreaterThan(ROWS * 200);
    },
  );

  it('as a drafted test reads no more of them than it uses', { timeout: 120_000 }, async () => {
    const args = ['export', 'rec', '--to', 'ws', '--output', 'out.ws'];
    const { status, stderr } = await folder.duplex(args, { NODE_OPTIONS: `--max-old-space-size=${HEAP}` });
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/The rows after row \d+ are left out: a draft reads the first ones only\./);
    expect(statSync(join(folder.path, 'out.ws')).size).toBeLessThan(1024 * 1024);
  });
});

describe('a HAR that is exported', () => {
  it('is one by HAR 1.2', async () => {
    const args = ['export', 'rec', '--to', 'har', '--range', '0..20', '--output', 'small.har'];
    expect((await folder.duplex(args)).status).toBe(0);
    await folder.duplex(['connect', 'ws://127.0.0.1:1/', '--record', 'refused', '--quiet']);
    expect(
      (await folder.duplex(['export', 'refused', '--to', 'har', '--output', 'refused.har'])).status,
    ).toBe(0);
    const path = join(import.meta.dirname, '../fixtures/har-1.2.schema.json');
    const isHar = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(path, 'utf8')) as object);
    for (const file of ['small.har', 'refused.har']) {
      const har = JSON.parse(folder.read(file)) as { log: { entries: object[] } };
      expect(har.log.entries).toHaveLength(1);
      isHar(har);
      expect(isHar.errors ?? [], file).toEqual([]);
    }
    // The schema refuses what lacks something.
    expect(isHar({ log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: [{}] } })).toBe(
      false,
    );
  });
});
