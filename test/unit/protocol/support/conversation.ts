import { findProtocol } from '../../../../src/core/protocol/registry.ts';
import type {
  PeerPorts,
  ProtocolModule,
  Role,
  WireMessage,
} from '../../../../src/core/protocol/protocolModule.ts';
import type { DecodedUnit } from '../../../../src/core/protocol/unit.ts';
import { toUnit } from '../../../../src/core/protocol/unit.ts';
import type { VerbCall } from '../../../../src/core/protocol/verb.ts';
import type { OutgoingMessage } from '../../../../src/shared/session.ts';
import type { Unit, UnitList } from '../../../../src/shared/units.ts';

export function text(from: Role, content: string): WireMessage {
  return { kind: 'text', from, data: new TextEncoder().encode(content) };
}

export function binary(from: Role, content: readonly number[] | Uint8Array): WireMessage {
  return { kind: 'binary', from, data: Uint8Array.from(content) };
}

export function protocol(id: string): ProtocolModule {
  const found = findProtocol(id);
  if (!found) throw new Error(`no protocol ${id}`);
  return found;
}

const URLS: Readonly<Record<string, string>> = {
  'socket.io': 'ws://localhost/socket.io/?EIO=4&transport=websocket',
  'socket.io-msgpack': 'ws://localhost/socket.io/?EIO=4&transport=websocket',
  phoenix: 'ws://localhost/socket/websocket?vsn=2.0.0',
};

export function context(id: string, url = URLS[id] ?? 'ws://localhost/') {
  return { url, subprotocol: '' };
}

export function countingPorts(): PeerPorts {
  let next = 1;
  return { uniqueId: () => `unique-${next++}` };
}

/** The units that a fresh decoder reads from messages, in the form that crosses boundaries. */
export function decodeAll(id: string, messages: readonly WireMessage[], url?: string): UnitList {
  const decoder = protocol(id).createDecoder(context(id, url));
  const results = messages.map((message) => decoder.decode(message));
  return {
    protocol: id,
    units: results.flatMap(({ units }) => units.map(toUnit)),
    problems: results.flatMap(({ problems }) => problems),
  };
}

/** The one unit of one message. */
export function decodeOne(id: string, message: WireMessage, url?: string): Unit {
  const { units, problems } = decodeAll(id, [message], url);
  if (units.length !== 1 || problems.length > 0) throw new Error(JSON.stringify({ units, problems }));
  return units[0]!;
}

export function call(verb: string, parts: Partial<VerbCall> = {}): VerbCall {
  return {
    verb,
    arguments: [],
    options: {},
    body: undefined,
    headers: [],
    beside: [],
    taken: undefined,
    ...parts,
  };
}

export function textOf(message: OutgoingMessage | undefined): string {
  return new TextDecoder().decode(message?.data);
}

export function sent(from: Role, messages: readonly OutgoingMessage[]): WireMessage[] {
  return messages.map(({ kind, data }) => ({ kind, data, from }));
}

/** The payload of a unit as JSON.parse reads it. */
export function payloadValue(unit: Unit | DecodedUnit | undefined): unknown {
  const payload = unit?.payload;
  if (!payload) return undefined;
  const content = 'content' in payload ? payload.content : new TextDecoder().decode(payload.read());
  return payload.form === 'json' ? (JSON.parse(content) as unknown) : content;
}
