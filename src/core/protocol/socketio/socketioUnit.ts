import { isSecretName } from '../../text/secretName.ts';
import { MAX_NAME_CHARS } from '../limits.ts';
import type { Role } from '../protocolModule.ts';
import { type DecodedPayload, type DecodedUnit, MASKED_VALUE } from '../unit.ts';
import { PACKET } from './packet.ts';

interface UnitParts {
  readonly from: Role;
  readonly namespace: string;
  readonly id: string | undefined;
  readonly name: string;
  readonly payload: DecodedPayload | undefined;
  /** The payload of CONNECT_ERROR: an object with a message, or in version 2 a string. */
  readonly errorValue: unknown;
}

/** The stream of the last namespace, which the next packet nearly always shares. */
let lastNamespace = '/';
let lastStream = '"/"';

function streamOf(namespace: string): string {
  if (namespace !== lastNamespace) {
    lastNamespace = namespace;
    lastStream = JSON.stringify(namespace);
  }
  return lastStream;
}

/** A packet of either parser as a unit. All units have the same shape, because decoding creates millions of them. */
export function socketioUnit(type: number, parts: UnitParts, range: DecodedUnit['range']): DecodedUnit {
  const { namespace, payload, id } = parts;
  const isEvent = type === PACKET.event || type === PACKET.binaryEvent;
  const isAck = type === PACKET.ack || type === PACKET.binaryAck;
  const name = isEvent ? parts.name : isAck ? '' : (NAMES[type] ?? '');
  const word = isAck
    ? `ACK ${id ?? ''}`.trimEnd()
    : type === PACKET.disconnect
      ? `${name} (${DISCONNECT_REASONS[parts.from]})`
      : name;
  return {
    type: unitType(type, id),
    name,
    id: isEvent ? id : undefined,
    replyTo: isAck ? id : undefined,
    stream: streamOf(namespace),
    error: type === PACKET.connectError ? errorText(parts.errorValue) : undefined,
    scope: namespace,
    label: namespace === '/' ? word : `${shownNamespace(namespace)} ${word}`,
    payload,
    range,
  };
}

/** In version 2 a namespace has the query of CONNECT, which may hold a token. */
function shownNamespace(namespace: string): string {
  return namespace.replace(/([?&]([^=&]+)=)([^&]*)/g, (whole, start: string, name: string, value: string) =>
    isSecretName(name, value) ? start + MASKED_VALUE : whole,
  );
}

const NAMES: Readonly<Record<number, string>> = {
  [PACKET.connect]: 'CONNECT',
  [PACKET.disconnect]: 'DISCONNECT',
  [PACKET.connectError]: 'CONNECT_ERROR',
};

/** The reasons that the event `disconnect` of a Socket.IO client has, by the side that sends DISCONNECT. */
const DISCONNECT_REASONS: Readonly<Record<Role, string>> = {
  server: 'io server disconnect',
  client: 'io client disconnect',
};

function unitType(type: number, id: string | undefined): DecodedUnit['type'] {
  switch (type) {
    case PACKET.connect:
    case PACKET.disconnect:
      return 'control';
    case PACKET.connectError:
      return 'error';
    case PACKET.event:
    case PACKET.binaryEvent:
      return id === undefined ? 'event' : 'call';
    default:
      return 'reply';
  }
}

function errorText(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_NAME_CHARS);
  const message =
    typeof value === 'object' && value !== null ? (value as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message.slice(0, MAX_NAME_CHARS) : '';
}
