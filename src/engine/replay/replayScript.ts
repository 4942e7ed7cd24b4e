import type { Role } from '../../core/protocol/protocolModule.ts';
import { AUTO_PROTOCOL } from '../../core/protocol/registry.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { CloseDetail, ErrorDetail, NoteDetail, OpenDetail } from '../../shared/timeline.ts';
import type { HandshakeRefusal } from '../../serve/clientRequest.ts';
import { detailOf, openRecording, tornSentence, type Recording } from '../recordingFile.ts';
import { Turns } from './turns.ts';

/** Maximum payload bytes that a replay holds. */
const MAX_BYTES = 256 * MiB;
const PAGE_ROWS = 1000;

/** The first connection of a recording. */
export interface ReplayScript {
  /** The side to play. */
  readonly side: Role;
  /** The URL of the recorded connection, and its option `protocol`. */
  readonly url: string;
  readonly protocol: string;
  /** The answer that refused its handshake; undefined if it was accepted. */
  readonly refusal: HandshakeRefusal | undefined;
  /** The subprotocol that the server chose, or ''. */
  readonly subprotocol: string;
  readonly turns: Turns;
}

/**
 * Reads the first connection of a recorded folder.
 * @param onTorn takes the sentence about a recording that is cut off; called before anything is thrown for it
 * @throws as `replayScript`, and `disk.denied` if it cannot be read
 */
export function openReplayScript(
  folder: string,
  side: Role,
  onTorn?: (sentence: string) => void,
): ReplayScript {
  const recording = openRecording(folder);
  try {
    const torn = tornSentence(recording);
    if (torn !== undefined) onTorn?.(torn);
    return replayScript(recording, side);
  } finally {
    recording.close();
  }
}

/**
 * Reads the first connection of a recording.
 * @param side the side to play
 * @throws DuplexError `file.invalid` if it holds none, or more than fits in memory
 */
export function replayScript(recording: Recording, side: Role): ReplayScript {
  const { role = 'client', url, protocol = AUTO_PROTOCOL, startedAt } = recording.manifest;
  const ours = role === side ? 'out' : 'in';
  const start = Date.parse(startedAt);
  const script = { side, url, protocol, refusal: undefined };
  const turns = new Turns();
  /** The turns of each direction that altered rows replace. */
  const last: { in?: number; out?: number } = {};
  /** The row of the held message that the next altered row replaces. */
  let edited: number | undefined;
  const whole = (subprotocol: string): ReplayScript => {
    turns.compact();
    return { ...script, subprotocol, turns };
  };
  let subprotocol: string | undefined;
  let bytes = 0;
  let before = 0;
  for (let from = 0; from < recording.rows;) {
    const page = recording.readPage(from, PAGE_ROWS);
    if (page.length === 0) break;
    for (const [index, { row, payload }] of page.entries()) {
      const { kind, direction, time, flags } = row;
      const number = from + index;
      if (kind === 'open' && subprotocol !== undefined) return whole(subprotocol);
      if (kind === 'open') subprotocol = (detailOf(payload) as unknown as OpenDetail).protocol;
      if (kind === 'error' && subprotocol === undefined) {
        const { status, headers = [], body = '' } = detailOf(payload) as Partial<ErrorDetail>;
        if (status !== undefined)
          return { ...script, refusal: { status, headers: kept(headers), body }, subprotocol: '', turns };
      }
      if (kind === 'note') edited = (detailOf(payload) as Partial<NoteDetail>).row;
      if (subprotocol === undefined || kind === 'note' || kind === 'error') continue;
      const after = (time - before) / 1000;
      before = time;
      const when = { row: number, after, at: start + time / 1000 };
      if (kind === 'text' || kind === 'binary') {
        if (direction === 'none') continue;
        const held = edited === undefined ? -1 : turns.indexOfRow(edited);
        edited = undefined;
        const isAltered = (flags & FLAG.altered) !== 0;
        if (isAltered && held !== -1) {
          // It was passed on before what came after it.
          turns.replace(held, kind, payload);
          continue;
        }
        if (isAltered && last[direction] !== undefined) turns.drop(last[direction]);
        bytes += payload.length;
        if (bytes > MAX_BYTES)
          throw new DuplexError(
            'file.invalid',
            `The recording has more than ${MAX_BYTES / MiB} MiB of messages: replay a shorter one.`,
          );
        const does = direction === ours ? 'send' : 'expect';
        const turn = turns.add({ ...when, does, kind, data: payload });
        if (!isAltered) last[direction] = turn;
      } else if (kind === 'ping' && direction === ours) turns.add({ ...when, does: 'ping', data: payload });
      else if (kind === 'close') {
        const { code, reason } = detailOf(payload) as unknown as CloseDetail;
        turns.finish({ ...when, does: direction === ours ? 'close' : 'end', code, reason });
        return whole(subprotocol);
      }
    }
    from += page.length;
  }
  if (subprotocol === undefined)
    throw new DuplexError(
      'file.invalid',
      'The recording holds no connection: record one that opens or is refused.',
    );
  return whole(subprotocol);
}

/** Headers that a replayed refusal makes by itself are left out. */
function kept(headers: NonNullable<ErrorDetail['headers']>): NonNullable<ErrorDetail['headers']> {
  return headers.filter(([name]) => !/^(?:connection|content-length|transfer-encoding|upgrade)$/i.test(name));
}
