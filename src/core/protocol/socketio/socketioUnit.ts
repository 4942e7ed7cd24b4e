import { MAX_NAME_CHARS } from '../limits.ts';
import type { DecodedPayload, DecodedUnit } from '../unit.ts';
import { PACKET } from './packet.ts';

interface UnitParts {
  readonly namespace: string;
  readonly id: string | undefined;
  readonly name: string;
  readonly payload: DecodedPayload | undefined;
  /** Of CONNECT_ERROR: an object with a message, of version 2 a string. */
  readonly errorValue: unknown;
}

/** A packet as a unit, whichever parser it came through. */
export function socketioUnit(type: number, parts: UnitParts, range: DecodedUnit['range']): DecodedUnit {
  const { namespace, name, payload } = parts;
  const prefix = namespace === '/' ? '' : `${namespace} `;
  const { id } = parts;
  const stream = JSON.stringify(namespace);
  const common = { stream, scope: namespace, payload, range };
  switch (type) {
    case PACKET.connect:
      return { ...common, type: 'control', name: 'CONNECT', label: `${prefix}CONNECT` };
    case PACKET.disconnect:
      return { ...common, type: 'control', name: 'DISCONNECT', label: `${prefix}DISCONNECT` };
    case PACKET.connectError:
      return {
        ...common,
        type: 'error',
        name: 'CONNECT_ERROR',
        label: `${prefix}CONNECT_ERROR`,
        error: errorText(parts.errorValue),
      };
    case PACKET.event:
    case PACKET.binaryEvent:
      return { ...common, type: id === undefined ? 'event' : 'call', name, label: `${prefix}${name}`, id };
    default:
      return { ...common, type: 'reply', name: '', label: `${prefix}ACK ${id ?? ''}`.trimEnd(), replyTo: id };
  }
}

function errorText(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_NAME_CHARS);
  const message =
    typeof value === 'object' && value !== null ? (value as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message.slice(0, MAX_NAME_CHARS) : '';
}
