import type { ProtocolModule } from '../../protocol/protocolModule.ts';
import { decodedText, type DecodedUnit } from '../../protocol/unit.ts';
import { isTooDeep } from '../../request/condition/exactJson.ts';
import { UnitReader } from '../../protocol/unitReader.ts';
import type { RecordedMessage } from '../../../shared/recordProtocol.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';

/** The parts of a recorded connection that a draft reads. */
export interface RecordedConnection {
  readonly url: string;
  /** The option `protocol` of the session. */
  readonly protocol: string;
  readonly subprotocol: string;
  readonly messages: readonly RecordedMessage[];
  /** The first close of the connection. */
  readonly close?: { readonly direction: 'in' | 'out'; readonly code: number; readonly reason: string };
}

/** A message, or a unit of one, as a draft treats it. */
export interface DraftItem {
  readonly direction: 'in' | 'out';
  readonly message: OutgoingMessage;
  /** Undefined without a protocol, and for a message that does not decode. */
  readonly unit: DecodedUnit | undefined;
  /** Whether its message has no other unit. */
  readonly isAlone: boolean;
  /** The text that carries the values: the payload of the unit, or the message. Undefined for bytes. */
  readonly text: string | undefined;
  /** Its JSON, if it is JSON: `{ value }`. */
  readonly json: { readonly value: unknown } | undefined;
}

/** Larger messages are not sent by a draft. */
export const MAX_SENT_BYTES = 1024 * 1024;

/** Larger messages are waited for by their kind only. */
const MAX_READ_BYTES = 64 * 1024;

/** @returns the items in order, and the protocol that the messages speak */
export function draftItems({ url, protocol, subprotocol, messages }: RecordedConnection): {
  readonly items: readonly DraftItem[];
  readonly protocol: ProtocolModule | undefined;
} {
  const reader = new UnitReader({ protocol, url });
  reader.opened(subprotocol);
  const items = messages.flatMap((message): readonly DraftItem[] => {
    const { direction, kind, data } = message;
    const read = reader.read({ kind, from: direction === 'out' ? 'client' : 'server', data });
    const base = { direction, message };
    if (!read || read.units.length === 0)
      return [
        { ...base, unit: undefined, isAlone: true, ...textAndJson(kind === 'text' ? data : undefined) },
      ];
    return read.units.map((unit) => ({
      ...base,
      unit,
      isAlone: read.units.length === 1,
      ...payloadOf(unit),
    }));
  });
  return { items, protocol: reader.protocol };
}

function payloadOf({ payload }: DecodedUnit): Pick<DraftItem, 'text' | 'json'> {
  if (!payload || payload.form === 'bytes') return { text: undefined, json: undefined };
  return textAndJson(new TextEncoder().encode(decodedText(payload)));
}

function textAndJson(data: Uint8Array | undefined): Pick<DraftItem, 'text' | 'json'> {
  if (!data || data.length > MAX_READ_BYTES) return { text: undefined, json: undefined };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    return { text, json: parsed(text) };
  } catch {
    // Not UTF-8: nothing in it can be compared.
    return { text: undefined, json: undefined };
  }
}

/** Undefined also for JSON that nests too deeply for conditions. */
function parsed(text: string): { readonly value: unknown } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
