import { PROTOCOLS } from './builtInProtocols.ts';
import type { DetectionInput, ProtocolModule } from './protocolModule.ts';
import type { ProtocolTable } from './table/protocolTable.ts';
import { tableModule } from './table/tableModule.ts';

let tables: readonly ProtocolTable[] = [];
/** Determined on first use: the start of most commands needs no protocol. */
let known: readonly ProtocolModule[] | undefined;

/**
 * Sets the protocols that the user defines, for this process and thread. They come before the built-in ones, because they
 * are more specific: an exchange feed may look like JSON-RPC.
 * @param given tables without problems (tableProblems.ts)
 */
export function setUserTables(given: readonly ProtocolTable[]): void {
  tables = given;
  known = undefined;
}

/** The tables of the user; another array after each change. */
export function userTables(): readonly ProtocolTable[] {
  return tables;
}

/** Every protocol of the user, then every built-in one. */
export function knownProtocols(): readonly ProtocolModule[] {
  return (known ??= protocolsWithTables(tables));
}

/** The given tables, then every built-in protocol, regardless of the tables of this process. */
export function protocolsWithTables(given: readonly ProtocolTable[]): readonly ProtocolModule[] {
  return given.length === 0 ? PROTOCOLS : [...given.map((table) => tableModule(table)), ...PROTOCOLS];
}

/** The values of the option `protocol` other than the id of a protocol. */
export const AUTO_PROTOCOL = 'auto';
export const NO_PROTOCOL = 'none';

/** A protocol that was recognised. */
export interface Detection {
  readonly protocol: ProtocolModule;
  /** For example `Socket.IO: path /socket.io/, EIO=4`. */
  readonly reason: string;
}

/** Messages that detection examines before it gives up. */
export const MAX_DETECTED_MESSAGES = 3;

/** @returns undefined for the values `auto` and `none` of the option, and for an id that no protocol has */
export function findProtocol(id: string, protocols?: readonly ProtocolModule[]): ProtocolModule | undefined {
  if (id === AUTO_PROTOCOL || id === NO_PROTOCOL) return undefined;
  return (protocols ?? knownProtocols()).find((protocol) => protocol.id === id);
}

/** Checks the subprotocol, then the URL, then the first messages. */
export function detectProtocol(
  { subprotocol, url, messages }: DetectionInput,
  protocols: readonly ProtocolModule[] = knownProtocols(),
): Detection | undefined {
  const first = (ask: (protocol: ProtocolModule) => string | undefined): Detection | undefined => {
    for (const protocol of protocols) {
      const reason = ask(protocol);
      if (reason !== undefined) return { protocol, reason: `${protocol.title}: ${reason}` };
    }
    return undefined;
  };
  if (subprotocol !== '') {
    const found = first(({ detect }) => detect.subprotocol(subprotocol));
    if (found) return found;
  }
  const byUrl = first(({ detect }) => detect.url(url));
  if (byUrl) return byUrl;
  for (const message of messages.slice(0, MAX_DETECTED_MESSAGES)) {
    const found = first(({ detect }) => detect.message(message));
    if (found) return found;
  }
  return undefined;
}
