import { equalJson } from '../../core/request/condition/compareJson.ts';
import { isTooDeep, parseExact } from '../../core/request/condition/exactJson.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { CloseDetail, ErrorDetail, OpenDetail } from '../../shared/timeline.ts';
import type { HandshakeRefusal } from '../../serve/clientRequest.ts';
import { detailOf, type Recording } from '../recordingFile.ts';
import { identified } from './messageId.ts';

/** The most bytes of payloads that a replay holds. */
const MAX_BYTES = 256 * MiB;
const PAGE_ROWS = 1000;

/** Something that happened in a recorded connection, as a server sees it. */
export type Turn = {
  /** Number of its row. */
  readonly row: number;
  /** Milliseconds since the turn before. */
  readonly after: number;
} & (
  | { readonly does: 'expect'; readonly kind: 'text' | 'binary'; readonly payload: Uint8Array }
  | { readonly does: 'send'; readonly kind: 'text' | 'binary'; readonly payload: Uint8Array }
  | { readonly does: 'ping'; readonly payload: Uint8Array }
  | { readonly does: 'close'; readonly code: number; readonly reason: string }
);

/** The first connection of a recording. */
export interface ReplayScript {
  /** The answer that refused its handshake; undefined if it was accepted. */
  readonly refusal: HandshakeRefusal | undefined;
  /** The subprotocol that the server chose, or ''. */
  readonly protocol: string;
  readonly turns: readonly Turn[];
}

/**
 * Reads the first connection of a recording.
 * @throws DuplexError `file.invalid` if it holds none, or more than fits in memory
 */
export function replayScript(recording: Recording): ReplayScript {
  const { role = 'client' } = recording.manifest;
  const fromServer = role === 'client' ? 'in' : 'out';
  const turns: Turn[] = [];
  /** Rows of each direction that altered rows replace. */
  const last: { in?: number; out?: number } = {};
  const replaced = new Set<number>();
  let protocol: string | undefined;
  let bytes = 0;
  let before = 0;
  for (let from = 0; from < recording.rows;) {
    const page = recording.readPage(from, PAGE_ROWS);
    if (page.length === 0) break;
    for (const [index, { row, payload }] of page.entries()) {
      const { kind, direction, time, flags } = row;
      const number = from + index;
      if (kind === 'open' && protocol !== undefined) return finished(protocol, turns, replaced);
      if (kind === 'open') protocol = (detailOf(payload) as unknown as OpenDetail).protocol;
      if (kind === 'error' && protocol === undefined) {
        const { status, headers = [], body = '' } = detailOf(payload) as Partial<ErrorDetail>;
        if (status !== undefined)
          return { refusal: { status, headers: kept(headers), body }, protocol: '', turns: [] };
      }
      if (protocol === undefined || kind === 'note' || kind === 'error') continue;
      const after = (time - before) / 1000;
      before = time;
      if (kind === 'text' || kind === 'binary') {
        if (direction === 'none') continue;
        if ((flags & FLAG.altered) === 0) last[direction] = number;
        else if (last[direction] !== undefined) replaced.add(last[direction]);
        bytes += payload.length;
        if (bytes > MAX_BYTES)
          throw new DuplexError(
            'file.invalid',
            `The recording has more than ${MAX_BYTES / MiB} MiB of messages: replay a shorter one.`,
          );
        const does = direction === fromServer ? 'send' : 'expect';
        turns.push({ row: number, after, does, kind, payload: payload.slice() });
      } else if (kind === 'ping' && direction === fromServer)
        turns.push({ row: number, after, does: 'ping', payload: payload.slice() });
      else if (kind === 'close') {
        const { code, reason } = detailOf(payload) as unknown as CloseDetail;
        if (direction === fromServer) turns.push({ row: number, after, does: 'close', code, reason });
        return finished(protocol, turns, replaced);
      }
    }
    from += page.length;
  }
  if (protocol === undefined)
    throw new DuplexError(
      'file.invalid',
      'The recording holds no connection: record one that opens or is refused.',
    );
  return finished(protocol, turns, replaced);
}

function finished(protocol: string, turns: readonly Turn[], replaced: ReadonlySet<number>): ReplayScript {
  return { refusal: undefined, protocol, turns: turns.filter(({ row }) => !replaced.has(row)) };
}

/** Headers that a replayed refusal makes by itself are left out. */
function kept(headers: NonNullable<ErrorDetail['headers']>): NonNullable<ErrorDetail['headers']> {
  return headers.filter(([name]) => !/^(?:connection|content-length|transfer-encoding|upgrade)$/i.test(name));
}

/** How a message of the client compares with the recorded one. */
export interface Comparison {
  /** Undefined if it has the same bytes, the same JSON, or either with another id. */
  readonly difference: string | undefined;
  /** The id of the recorded message and that of the client's, where they differ. */
  readonly ids: readonly [recorded: string, own: string] | undefined;
}

interface Message {
  readonly kind: string;
  readonly payload: Uint8Array;
}

const SAME: Comparison = { difference: undefined, ids: undefined };

export function compared(expected: Message, got: Message): Comparison {
  const differs = (difference: string): Comparison => ({ difference, ids: undefined });
  if (expected.kind !== got.kind)
    return differs(`it is ${got.kind}, and the recorded one is ${expected.kind}`);
  const at = firstDifference(expected.payload, got.payload);
  if (at === undefined) return SAME;
  if (expected.kind === 'binary')
    return differs(`byte ${at} is ${hex(got.payload[at])} in the place of ${hex(expected.payload[at])}`);
  const decoder = new TextDecoder();
  const [wanted, sent] = [decoder.decode(expected.payload), decoder.decode(got.payload)];
  if (isSameText(wanted, sent)) return SAME;
  const [recorded, own] = [identified(wanted), identified(sent)];
  if (recorded && own && recorded.id !== own.id)
    if (isSameText(wanted, `${own.before}${recorded.id}${own.after}`))
      return { difference: undefined, ids: [recorded.id, own.id] };
  let place = 0;
  while (wanted[place] === sent[place]) place++;
  const from = Math.max(0, place - 10);
  return differs(
    `from character ${place} on it says ${excerpt(sent.slice(from, from + 40))} in the place of ${excerpt(wanted.slice(from, from + 40))}`,
  );
}

/** The same text, or the same JSON: numbers compare exactly, members in any order. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  if (isTooDeep(a) || isTooDeep(b)) return false;
  const [one, other] = [parseExact(a), parseExact(b)];
  return one !== undefined && other !== undefined && equalJson(one.value, other.value);
}

/** A recorded message with the id of this client's call in the place of the recorded one. */
export function withOwnId({ kind, payload }: Message, ids: ReadonlyMap<string, string>): Uint8Array {
  if (kind !== 'text' || ids.size === 0) return payload;
  const found = identified(new TextDecoder().decode(payload));
  const own = found && ids.get(found.id);
  return own === undefined ? payload : new TextEncoder().encode(`${found!.before}${own}${found!.after}`);
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return undefined;
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'missing' : `0x${byte.toString(16).padStart(2, '0')}`;
}
