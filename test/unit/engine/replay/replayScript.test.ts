import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Role } from '../../../../src/core/protocol/protocolModule.ts';
import {
  openReplayScript,
  type ReplayRemark,
  type ReplayScript,
} from '../../../../src/engine/replay/replayScript.ts';
import type { Turn } from '../../../../src/engine/replay/turns.ts';
import { FLAG, type Direction, type Kind } from '../../../../src/shared/timeline.ts';
import type { SessionManifest } from '../../../../src/shared/recordProtocol.ts';
import { recordingOf } from '../../../support/recordingOf.ts';

type Row = readonly [Kind, Direction, string, number?, number?];

const OPEN: Row = ['open', 'none', '{"status":101,"protocol":"v1","headers":[]}', 1000];
const CLOSE: Row = ['close', 'in', '{"code":4001,"reason":"enough"}', 51_000];

const folderOf = (rows: readonly Row[], change?: Partial<SessionManifest>): Promise<string> =>
  recordingOf(
    rows.map(([kind, direction, payload, time = 0, flags = 0]) => ({
      kind,
      direction,
      payload,
      time,
      flags,
      frames: kind === 'text' ? [payload.length] : [],
    })),
    change,
  );

async function opened(
  folder: string,
  side: Role = 'server',
): Promise<ReplayScript & { all: readonly Turn[]; remarks: readonly ReplayRemark[] }> {
  const remarks: ReplayRemark[] = [];
  const script = await openReplayScript(folder, side, (remark) => remarks.push(remark));
  onTestFinished(() => script.close());
  const all = Array.from({ length: script.turns.length }, (_, index) => script.turns.get(index)!);
  return { ...script, all, remarks };
}

const scriptOf = async (rows: readonly Row[], side: Role = 'server', change?: Partial<SessionManifest>) =>
  opened(await folderOf(rows, change), side);

describe('the script of a recording', () => {
  test('has the actions of the server in the first connection, its pauses, and the messages it received', async () => {
    const { all, remarks, ...script } = await scriptOf([
      OPEN,
      ['text', 'out', 'hello', 11_000],
      ['note', 'none', '{}', 12_000],
      ['text', 'in', 'welcome', 31_000],
      ['ping', 'in', 'beat', 41_000],
      ['pong', 'out', 'beat', 44_000],
      CLOSE,
    ]);
    expect(script).toMatchObject({ side: 'server', refusal: undefined, subprotocol: 'v1', protocol: 'auto' });
    // The row between the ping and the close is no turn, and its time counts.
    expect(all.map(({ row, does, after }) => [row, does, after])).toEqual([
      [1, 'expect', 10],
      [3, 'send', 20],
      [4, 'ping', 10],
      [6, 'close', 10],
    ]);
    expect(remarks).toEqual([]);
  });

  test.each(['server', 'client'] as const)(
    'swaps the directions for a recording of a server: %s',
    async (side) => {
      const rows: Row[] = [OPEN, ['text', 'in', 'a'], ['binary', 'out', 'b']];
      const { all } = await scriptOf(rows, side, { role: 'server' });
      expect(all.map(({ does }) => does)).toEqual(
        side === 'server' ? ['expect', 'send'] : ['send', 'expect'],
      );
    },
  );

  test('swaps the directions for the client, with the times of its rows', async () => {
    const { all } = await scriptOf(
      [
        OPEN,
        ['text', 'out', 'a', 2000],
        ['ping', 'out', 'p', 3000],
        ['ping', 'in', 'q'],
        ['text', 'in', 'b'],
      ],
      'client',
    );
    expect(all.map(({ does }) => does)).toEqual(['send', 'ping', 'expect']);
    expect(all[0]!.at).toBe(Date.parse('2026-01-02T03:04:05.678Z') + 2);
  });

  test('has the messages that a proxy passed on instead of the original ones, and their pauses', async () => {
    const { all } = await scriptOf([
      OPEN,
      ['text', 'in', 'came', 5000],
      ['text', 'in', 'passed on', 5000, FLAG.altered],
      ['text', 'in', 'passed on', 5000, FLAG.altered],
      ['text', 'out', 'asked', 6000],
    ]);
    expect(all.map(({ row, does, after }) => [row, does, after])).toEqual([
      [2, 'send', 4],
      [3, 'send', 0],
      [4, 'expect', 1],
    ]);
  });

  test('has an edited held message in its place, and ignores rows that a note names without reason', async () => {
    const { all } = await scriptOf([
      OPEN,
      ['text', 'in', 'held', 2000],
      ['text', 'in', 'later', 3000],
      ['note', 'none', '{"note":"fault","row":1}', 3000],
      ['text', 'in', 'edited', 4000, FLAG.altered],
      ['note', 'none', '{"note":"fault","row":99}'],
      ['text', 'in', 'twice', 5000, FLAG.altered],
    ]);
    expect(all.map((turn) => ['data' in turn && Buffer.from(turn.data).toString(), turn.row])).toEqual([
      ['edited', 1],
      ['twice', 6],
    ]);
  });

  test('closes on the side that closed, and awaits the end on the other', async () => {
    const rows: Row[] = [OPEN, ['close', 'out', '{"code":1000,"reason":"bye"}', 3000]];
    const turn = { row: 1, code: 1000, reason: 'bye', after: 2 };
    expect((await scriptOf(rows, 'server')).all).toMatchObject([{ ...turn, does: 'end' }]);
    expect((await scriptOf(rows, 'client')).all).toMatchObject([{ ...turn, does: 'close' }]);
  });

  test('is a refusal with its status, headers and body', async () => {
    const error = JSON.stringify({
      status: 401,
      headers: [
        ['Content-Length', '2'],
        ['X-A', 'b'],
      ],
      body: 'no',
    });
    expect((await scriptOf([['error', 'none', error]])).refusal).toEqual({
      status: 401,
      headers: [['X-A', 'b']],
      body: 'no',
    });
  });

  test('begins after attempts that found no server', async () => {
    const { all, refusal } = await scriptOf([
      ['error', 'none', '{"code":"tcp.refused","message":"…"}'],
      ['note', 'none', '{"note":"reconnect"}'],
      OPEN,
      ['text', 'in', 'a'],
    ]);
    expect([refusal, all.map(({ row }) => row)]).toEqual([undefined, [3]]);
  });

  test.each([[[['note', 'none', '{}']]], [[]]] as readonly (readonly [Row[]])[])(
    'needs a connection: %j',
    async (rows) => {
      const folder = await folderOf(rows);
      await expect(openReplayScript(folder, 'client')).rejects.toMatchObject({
        code: 'file.invalid',
        message: 'The recording holds no connection: record one that opens or is refused.',
      });
    },
  );
});

describe('one sentence says', () => {
  const textsOf = async (rows: readonly Row[]): Promise<readonly (readonly [string, boolean])[]> =>
    (await scriptOf(rows)).remarks.map(({ text, isLoss }) => [text, isLoss]);

  test('that only the first of several connections is played', async () => {
    const sentence =
      'The recording holds more than one connection: only the first one is played, which ends before row';
    const [closed, refused] = [CLOSE, ['error', 'none', '{"status":503}'] as const];
    expect(await textsOf([OPEN, ['text', 'in', 'a'], closed, OPEN, closed])).toEqual([
      [`${sentence} 3.`, true],
    ]);
    expect(await textsOf([OPEN, ['text', 'in', 'a'], OPEN])).toEqual([[`${sentence} 2.`, true]]);
    expect(await textsOf([refused, OPEN])).toEqual([[`${sentence} 1.`, true]]);
  });

  test('that the disk lost messages, that there are none, or that frames were not kept', async () => {
    expect(await textsOf([OPEN, ['text', 'in', 'a'], ['note', 'none', '{}', 0, FLAG.gap]])).toEqual([
      [expect.stringMatching(/^Messages after row 1 are not in the recording/), true],
    ]);
    expect(await textsOf([OPEN, CLOSE])).toEqual([
      ['The recorded connection has no messages: only its opening and its end are played.', false],
    ]);
    expect(await textsOf([OPEN, ['binary', 'in', 'a'], ['binary', 'in', 'b']])).toEqual([
      ['The recording has no frame details: each message is sent in one frame.', false],
    ]);
    expect(await textsOf([OPEN, ['binary', 'out', 'a']])).toEqual([]);
  });

  test.each([
    ['index.bin', 10, [2], 22],
    // Its last row lost its payload.
    ['payload-0000.bin', 1, [2], 33],
  ])('that %s was cut off, and the whole rows are played', async (file, cut, rows, bytes) => {
    const folder = await folderOf([OPEN, ['note', 'none', ''], ['text', 'in', 'ab'], ['text', 'in', 'cd']]);
    const path = join(folder, file);
    truncateSync(path, readFileSync(path).length - cut);
    const { all, remarks } = await opened(folder);
    expect(all.map(({ row }) => row)).toEqual(rows);
    const sentence = new RegExp(
      `^${bytes + (file === 'index.bin' ? 2 : 0)} bytes behind row 2 are not a whole row`,
    );
    expect(remarks).toEqual([{ text: expect.stringMatching(sentence) as string, isLoss: true }]);
  });
});

describe('a hostile recording', () => {
  /** Changes one row of the index. */
  function change(folder: string, row: number, write: (view: DataView) => void): void {
    const path = join(folder, 'index.bin');
    const bytes = readFileSync(path);
    write(new DataView(bytes.buffer, bytes.byteOffset + row * 32, 32));
    writeFileSync(path, bytes);
  }

  const rows: Row[] = [OPEN, ['text', 'in', 'first'], ['text', 'in', 'second'], CLOSE];

  test.each([
    ['behind the end', 2n ** 40n],
    ['at a number that is none', 2n ** 64n - 1n],
  ])('with a payload %s is a fault when that message is played', async (_, offset) => {
    const folder = await folderOf(rows);
    change(folder, 1, (view) => view.setBigUint64(0, offset, true));
    const { turns } = await opened(folder);
    const [wrong, next] = [turns.get(0), turns.get(1)];
    expect(() => wrong && 'data' in wrong && wrong.data).toThrow(
      'The recording names bytes that are not in its files: restore it from a copy.',
    );
    expect(next && 'data' in next && Buffer.from(next.data).toString()).toBe('second');
  });

  test('whose opening is elsewhere is played without its details', async () => {
    const folder = await folderOf(rows);
    change(folder, 0, (view) => view.setBigUint64(0, 2n ** 40n, true));
    const { subprotocol, all } = await opened(folder);
    expect([subprotocol, all.length]).toEqual(['', 3]);
  });

  test('with a message of 4 GiB is refused before anything is read', async () => {
    const folder = await folderOf(rows);
    change(folder, 1, (view) => view.setUint32(24, 2 ** 32 - 1, true));
    const before = process.memoryUsage().arrayBuffers;
    await expect(openReplayScript(folder, 'server')).rejects.toMatchObject({
      code: 'file.invalid',
      message:
        'Row 1 of the recording has 4294967295 bytes, and a replay takes messages of up to 256 MiB: replay a recording without it.',
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  test('whose times run backwards has no pauses there', async () => {
    const { all } = await scriptOf([OPEN, ['text', 'in', 'a', 9000], ['text', 'in', 'b', 3000], CLOSE]);
    expect(all.map(({ after }) => after)).toEqual([8, 0, 48]);
  });

  test('with a description of another kind is refused, or played without it', async () => {
    await expect(scriptOf(rows, 'server', { url: 'nowhere' })).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(
        /^The url in the session\.json of .* is not valid: correct it\.$/,
      ) as string,
    });
    expect((await scriptOf(rows, 'server', { protocol: 5 as never })).protocol).toBe('auto');
    const open: Row = ['open', 'none', '{"status":101,"protocol":{"a":1}}'];
    expect((await scriptOf([open, ['text', 'in', 'a']])).subprotocol).toBe('');
    expect((await scriptOf([['open', 'none', 'no JSON'], CLOSE])).subprotocol).toBe('');
  });

  test.each([
    [{ code: 70_000, reason: 'x' }, 1006, 'x'],
    [{ code: 1015, reason: 'x' }, 1006, 'x'],
    [{ code: 'no', reason: 5 }, 1006, ''],
    [{ code: 1000, reason: 'x'.repeat(500) }, 1000, ''],
    [{ code: 1005, reason: '' }, 1005, ''],
    [{}, 1006, ''],
  ])('with the close %j ends with %d', async (detail, code, reason) => {
    const { all } = await scriptOf([OPEN, ['close', 'in', JSON.stringify(detail)]]);
    expect(all).toMatchObject([{ does: 'close', code, reason }]);
  });

  test.each([
    [{ status: 101 }, undefined],
    [{ status: 1_000_000 }, undefined],
    [{ status: '401\r\nX: y' }, undefined],
    [
      { status: 401, headers: 'no list', body: 5 },
      { status: 401, headers: [], body: '' },
    ],
    [
      { status: 401, headers: [['X-A', 'b\r\nSet-Cookie: c=d'], ['a b', 'c'], ['X-B'], 5, ['X-C', 'd']] },
      { status: 401, headers: [['X-C', 'd']], body: '' },
    ],
  ])('with the refusal %j writes nothing else into the answer', async (detail, refusal) => {
    const error: Row = ['error', 'none', JSON.stringify(detail)];
    expect((await scriptOf([error, OPEN, CLOSE])).refusal).toEqual(refusal);
  });

  test('with a long ping sends as much as a ping may have', async () => {
    const [ping] = (await scriptOf([OPEN, ['ping', 'in', 'x'.repeat(500)]])).all;
    expect(ping && 'data' in ping && ping.data.length).toBe(125);
  });

  test('with frames of other rows, sizes and numbers sends whole messages', async () => {
    const folder = await recordingOf([
      { kind: 'open', direction: 'none', payload: OPEN[2] },
      { payload: 'abcdef', frames: [2, 0, 4] },
      // As compressed ones: the parts are proportional.
      { payload: 'abcdefgh', frames: [1, 1, 2] },
      { payload: 'one', frames: [3] },
      { payload: 'many', frames: Array.from({ length: 65_537 }, () => 0) },
      { payload: 'none' },
    ]);
    appendFileSync(join(folder, 'frames.bin'), new Uint8Array(50).fill(0xff));
    const { all, remarks } = await opened(folder);
    expect(all.map((turn) => turn.does === 'send' && turn.fragments)).toEqual([
      [2, 0, 4],
      [2, 2, 4],
      ...[undefined, undefined, undefined],
    ]);
    expect(remarks).toEqual([]);
  });
});
