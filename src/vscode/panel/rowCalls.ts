import { base64Text, hexText } from '../../core/format/draft.ts';
import { byteCount } from '../../shared/byteCount.ts';
import type { ProtobufTypes } from '../../engine/schemas.ts';
import { DuplexError } from '../../shared/errors.ts';
import { KiB } from '../../shared/limits.ts';
import type { PanelRowCalls } from '../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { Row } from '../../shared/timeline.ts';
import { checkCopySize } from '../payload/copyPayload.ts';
import { checkCopyFormat, checkIndex } from './checks.ts';
import { draftOfMessage, MAX_EDITED } from './compose/messageDraft.ts';

/** The functions of the session, its recording and the window that these calls need. */
export interface RowCallPorts {
  readRows(from: number, count: number): Promise<Row[]>;
  readPayload(seq: number): Promise<Uint8Array>;
  /** The rules of the option `decode` that apply to whole messages, with absolute paths. */
  rules(): readonly string[];
  readonly types: ProtobufTypes;
  send(message: OutgoingMessage): Promise<void>;
  copyText(text: Uint8Array): Promise<void>;
  /** Opens messages as read-only documents. */
  open(row: Row): Promise<void>;
  compare(first: Row, second: Row): Promise<void>;
  /** Compares a message of the recording that the session replays with one of the session. */
  compareReplayed(recorded: number, own: number): Promise<void>;
}

/** Maximum bytes of a note that is read: notes of divergences are shorter. */
const MAX_NOTE = 64 * KiB;

/** Serves the actions of a row's menu. */
export function rowCalls(ports: RowCallPorts): PanelRowCalls {
  const rowOf = async (seq: unknown): Promise<Row> => {
    const [row] = await ports.readRows(checkIndex(seq), 1);
    if (row !== undefined) return row;
    throw new DuplexError(
      'call.invalid',
      'There is no such message in the recording: choose one from the timeline.',
    );
  };

  /** @throws DuplexError `call.invalid` unless the row is a message that is stored whole */
  const messageOf = async (seq: unknown): Promise<OutgoingMessage> => {
    const { kind, stored, size, seq: number } = await rowOf(seq);
    if (kind !== 'text' && kind !== 'binary')
      throw new DuplexError('call.invalid', 'Only text and binary messages can be sent again.');
    if (stored < size)
      throw new DuplexError(
        'call.invalid',
        `Only ${byteCount(stored)} of ${byteCount(size)} of this message were kept: it cannot be sent again.`,
      );
    return { kind, data: await ports.readPayload(number) };
  };

  return {
    resend: async (seq) => ports.send(await messageOf(seq)),
    async draftOf(seq) {
      const { size, direction } = await rowOf(seq);
      if (size > MAX_EDITED)
        throw new DuplexError(
          'call.invalid',
          `This message has ${byteCount(size)}, too much to edit here: save it to a file and send that.`,
        );
      const from = direction === 'out' ? 'out' : 'in';
      const message = { ...(await messageOf(seq)), direction: from, rules: ports.rules() } as const;
      return draftOfMessage(message, ports.types);
    },
    async copyAs(seq, format) {
      const wanted = checkCopyFormat(format);
      const { stored, seq: number } = await rowOf(seq);
      checkCopySize(stored * 3);
      const payload = await ports.readPayload(number);
      const text = wanted === 'hex' ? hexText(payload) : base64Text(payload);
      await ports.copyText(new TextEncoder().encode(text));
    },
    async copyText(text) {
      if (typeof text !== 'string' || text.length > MAX_EDITED)
        throw new DuplexError(
          'call.invalid',
          'This text is too long to copy: save the message to a file instead.',
        );
      await ports.copyText(new TextEncoder().encode(text));
    },
    async compare(first, second) {
      await ports.compare(await rowOf(first), await rowOf(second));
    },
    async compareReplayed(seq) {
      const { kind, stored, seq: number } = await rowOf(seq);
      const { note, expected, actual } =
        kind === 'note' && stored <= MAX_NOTE ? noteOf(await ports.readPayload(number)) : {};
      if (note !== 'divergence' || expected === undefined || actual === undefined)
        throw new DuplexError(
          'call.invalid',
          'This row is not about two messages that differ: choose a divergence from the timeline.',
        );
      await ports.compareReplayed(checkIndex(expected), checkIndex(actual));
    },
    openInEditor: async (seq) => ports.open(await rowOf(seq)),
  };
}

/** The detail of a note. The recording may come from another program, so the detail is checked. */
function noteOf(payload: Uint8Array): { note?: unknown; expected?: unknown; actual?: unknown } {
  try {
    return (JSON.parse(new TextDecoder().decode(payload)) ?? {}) as ReturnType<typeof noteOf>;
  } catch {
    return {};
  }
}
