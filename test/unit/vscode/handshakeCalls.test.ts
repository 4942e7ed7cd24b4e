import { describe, expect, it } from 'vitest';
import {
  exchangesText,
  lastEnd,
  lastFailure,
  recordedHandshake,
  type RecordedRows,
} from '../../../src/vscode/panel/handshakeCalls.ts';
import type { Direction, Kind, Row } from '../../../src/shared/timeline.ts';

interface Given {
  readonly kind: Kind;
  readonly direction?: Direction;
  readonly detail?: unknown;
  readonly raw?: string;
}

/** A recording of these rows, one a second. */
function recorded(...given: Given[]): RecordedRows & { flushes: number } {
  const rows = given.map(
    ({ kind, direction = 'none' }, seq) => ({ seq, kind, direction, time: seq * 1_000_000 }) as Row,
  );
  return {
    flushes: 0,
    rows: rows.length,
    readRows: async (from, count) => rows.slice(from, from + count),
    async flush() {
      this.flushes++;
    },
    async read(seq) {
      const { raw, detail = {} } = given[seq]!;
      return new TextEncoder().encode(raw ?? JSON.stringify(detail));
    },
    last: async (kinds, count) =>
      rows.flatMap(({ kind, seq }) => (kinds.includes(kind) ? [seq] : [])).slice(-count),
  };
}

const text = (direction: Direction): Given => ({ kind: 'text', direction });
const opened = (url = 'ws://a/'): Given => ({ kind: 'open', detail: { protocol: '', exchanges: [], url } });
const failed = (phase: string, code = 'tcp.reset'): Given => ({ kind: 'error', detail: { code, phase } });

describe('the last failure of a recording', () => {
  it('is the newest error row, with its time', async () => {
    const rows = recorded(failed('dns', 'dns.not-found'), opened(), text('in'), failed('open'));
    expect(await lastFailure(rows)).toEqual({
      detail: { code: 'tcp.reset', phase: 'open' },
      time: 3_000_000,
    });
    expect(rows.flushes).toBe(1);
  });

  it('is found among the last rows only', async () => {
    const older = recorded(failed('tcp'), ...Array.from({ length: 50 }, () => text('in')));
    expect(await lastFailure(older)).toBeUndefined();
    const newer = recorded(failed('tcp'), ...Array.from({ length: 49 }, () => text('in')));
    expect(await lastFailure(newer)).toBeDefined();
  });

  it('does not exist in an empty recording', async () => {
    expect(await lastFailure(recorded())).toBeUndefined();
  });

  it.each(['', '{', 'null x', '\0'])('is a clear error if its row is damaged: %j', async (raw) => {
    await expect(lastFailure(recorded({ kind: 'error', raw }))).rejects.toMatchObject({
      code: 'file.invalid',
      message: 'What the recording holds of this connection is damaged: connect again.',
    });
  });
});

describe('the last end of a recording', () => {
  const closed = (code: number, direction: Direction = 'in'): Given => ({
    ...{ kind: 'close', direction, detail: { code, reason: '', clean: true } },
  });

  it('has the last message of each direction before it', async () => {
    const end = await lastEnd(recorded(opened(), text('out'), text('in'), { kind: 'ping' }, closed(1006)));
    expect(end).toMatchObject({ close: { code: 1006 }, direction: 'in', time: 4_000_000 });
    expect([end?.received?.seq, end?.sent?.seq]).toEqual([2, 1]);
  });

  it('does not take messages of the connection before', async () => {
    const rows = recorded(opened(), text('in'), text('out'), closed(1000), opened(), closed(1011));
    const end = await lastEnd(rows);
    expect(end?.close.code).toBe(1011);
    expect([end?.received, end?.sent]).toEqual([undefined, undefined]);
  });

  it('takes messages if the opening is further back than the rows that are read', async () => {
    const rows = recorded(opened(), ...Array.from({ length: 100 }, () => text('in')), closed(1000, 'out'));
    expect((await lastEnd(rows))?.received?.seq).toBe(100);
  });

  it('does not exist while the connection is open', async () => {
    expect(await lastEnd(recorded(opened(), text('in')))).toBeUndefined();
  });
});

describe('the last handshake of a recording', () => {
  it('is that of the last connection', async () => {
    const rows = recorded(opened('ws://a/'), opened('ws://b/'));
    expect(await recordedHandshake(rows)).toMatchObject({ url: 'ws://b/' });
  });

  it('is the failed one if the last attempt failed', async () => {
    expect(await recordedHandshake(recorded(opened(), failed('http')))).toMatchObject({ phase: 'http' });
  });

  it('is the one before a failure of the open connection', async () => {
    const rows = recorded(opened('ws://a/'), failed('open'), failed('open'));
    expect(await recordedHandshake(rows)).toMatchObject({ url: 'ws://a/' });
  });

  it('is the failure itself if no handshake is among the last rows of this kind', async () => {
    const rows = recorded(opened(), ...Array.from({ length: 5 }, () => failed('open')));
    expect(await recordedHandshake(rows)).toEqual({ code: 'tcp.reset', phase: 'open' });
  });

  it('does not exist before the first one', async () => {
    expect(await recordedHandshake(recorded(text('in')))).toBeUndefined();
  });
});

describe('the text of exchanges', () => {
  it('is every request with its answer, byte for byte', () => {
    const exchanges = [
      {
        with: 'proxy' as const,
        url: 'http://p',
        request: 'CONNECT\r\n\r\n',
        response: 'HTTP/1.1 200\r\n\r\n',
      },
      { with: 'server' as const, url: 'ws://a', request: 'GET\r\n\r\n', response: '' },
    ];
    expect(exchangesText(exchanges)).toBe('CONNECT\r\n\r\nHTTP/1.1 200\r\n\r\nGET\r\n\r\n');
    expect(exchangesText()).toBe('');
  });
});
