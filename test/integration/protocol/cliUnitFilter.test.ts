import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { start } from '../cliProcess.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { countingServer, type CountingServer } from './support/graphqlServer.ts';

// A conversation with a server of graphql-ws, recorded by `duplex run` and selected by what its messages mean.

const FILE = `# @name both
# @protocol graphql-transport-ws
WEBSOCKET URL

# @init
{"user": "ann"}
===
# @subscribe
subscription Count($to: Int!) { count(to: $to) }

{"to": 3}
=== wait-for-server
# @where payload.data.count == 3
# @subscribe
query Hi($name: String) { hello(name: $name) }

{"name": "Ada"}
=== wait-for-server
# @where operation == "Hi"
# @subscribe
query Wrong { nowhere }
=== wait-for-server
# @where error exists
`;

let server: CountingServer;
let folder: RequestFolder;
let recording = '';

beforeAll(async () => {
  server = await countingServer();
  folder = requestFolder({ 'a.ws': FILE.replace('URL', server.url) });
  const run = await folder.duplex(['run', 'a.ws', '--record', 'kept']);
  expect(run.stdout).toContain('1 passed');
  const kept = join(folder.path, 'kept');
  recording = join(kept, readdirSync(kept)[0]!);
});
afterAll(() => {
  folder?.remove();
  server?.close();
});

/** Direction and beginning of the message of each row. */
async function rowsOf(filter: string, ...more: string[]): Promise<string[]> {
  const { stdout, stderr, status } = await start(['log', recording, '--json', '--filter', filter, ...more])
    .result;
  expect([stderr, status]).toEqual(['', 0]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { dir: string; text: string })
    .map(({ dir, text }) => {
      const { id = '', type } = JSON.parse(text) as { id?: string; type: string };
      return `${dir} ${type} ${id}`.trimEnd();
    });
}

const COUNT = ['out subscribe 1', 'in next 1', 'in next 1', 'in next 1', 'in complete 1'];
const HI = ['out subscribe 2', 'in next 2', 'in complete 2'];

describe('a filter of the command line', () => {
  it.each([
    ['operation=Count', COUNT],
    ['name=Count,operation=Hi in', [...COUNT.slice(1), ...HI.slice(1)]],
    ['payload.data.count>=2 payload.data.count<3', ['in next 1']],
    ['payload.variables.to=3', ['out subscribe 1']],
    ['id=2', HI],
    ['id="2" type=event', ['in next 2', 'in complete 2']],
    ['error exists type=error', ['in error 3']],
    ['error contains nowhere, in', ['in error 3']],
    ['payload.user=ann', ['out connection_init']],
    ['operation=Count payload.data.count matches /^[12]$/', ['in next 1', 'in next 1']],
    ['payload.data.count=7', []],
  ])('%s finds units', async (filter, rows) => {
    // Decoding what is printed does not change what is selected.
    expect(await Promise.all([rowsOf(filter), rowsOf(filter, '--units')])).toEqual([rows, rows]);
  });

  it('shows the operation of a row, together with other words, a range and a search', async () => {
    const { stdout } = await start(['log', recording, '--json', '--filter', 'id=1']).result;
    const numbers = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    for (const row of [numbers[0]!, numbers[2]!, numbers.at(-1)!])
      expect(await rowsOf(`operation=#${row}`)).toEqual(COUNT);
    expect(await rowsOf(`operation=#${numbers[0]!} payload.data.count>1`)).toEqual([
      'in next 1',
      'in next 1',
    ]);
    expect(await rowsOf(`operation=#${numbers[0]!}`, '--search', '"count":2')).toEqual(['in next 1']);
    expect(await rowsOf('payload.data.count>=1', '--search', '"count":2')).toEqual(['in next 1']);
    expect(await rowsOf('payload exists in', '--search', 'Ada')).toEqual(['in next 2']);
    expect(
      await rowsOf(`operation=#${numbers[0]!}`, '--range', `${numbers[0]! + 1}..${numbers[2]!}`),
    ).toEqual(['in next 1', 'in next 1']);
  });

  it('selects the same rows for an export', async () => {
    const file = join(await temporaryFolder(), 'rows.jsonl');
    const args = ['export', recording, '--to', 'jsonl', '--output', file, '--filter'];
    const exported = await start([...args, 'operation=Hi in']).result;
    expect([exported.status, exported.stderr]).toEqual([0, `duplex: 2 rows written to ${file}.\n`]);
    const counted = await start([...args, 'payload.data.count>1', '--force']).result;
    expect(counted.stderr).toBe(`duplex: 2 rows written to ${file}.\n`);
    const other = await start([...args, 'type=event', '--force', '--protocol', 'none']).result;
    expect(other.stderr).toBe(`duplex: 0 rows written to ${file}.\n`);
  });

  it.each([
    ['operation=#999', 'The recording has no row 999: it has '],
    ['operation', '“operation” at character 1 of the filter is compared with nothing'],
    ['payload.a contains', 'A value is missing after “payload.a”'],
    ['payload[?@.a==]=1', 'JSONPath'],
    ['payload.a matches /(/', 'regular expression'],
    ['payload.a schema ./x.json', 'A search cannot check a schema'],
    ['payload.a>true', '> compares numbers, or strings'],
    ['payloads=1', '“payloads=1” at character 1 of the filter is not known'],
  ])('%s is refused with a reason', async (filter, sentence) => {
    const { status, stdout, stderr } = await start(['log', recording, '--filter', filter]).result;
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('ends a pattern that takes too long', async () => {
    const long = join(await temporaryFolder(), 'long');
    const url = await scriptedServer((socket) =>
      socket.send(`{"jsonrpc":"2.0","method":"a","params":["${'a'.repeat(40)}!"]}`),
    );
    await start(['connect', url, '--record', long, '--wait', '300ms', '--send', 'x']).result;
    const { status, stderr } = await start(['log', long, '--filter', 'payload[0] matches /^(a+)+$/']).result;
    expect([status, stderr]).toEqual([2, expect.stringContaining('The pattern takes too long')]);
  });
});
