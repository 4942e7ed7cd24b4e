import { DuplexError } from '../../shared/errors.ts';
import { nearest } from '../text/nearest.ts';
import type { ProtocolModule } from './protocolModule.ts';
import { AUTO_PROTOCOL, findProtocol, knownProtocols, NO_PROTOCOL } from './registry.ts';

/** Why the option `protocol` cannot have this value: one sentence; undefined if it can. */
export function protocolProblem(id: string, given?: readonly ProtocolModule[]): string | undefined {
  // First, because it needs no protocol to be loaded.
  if (id === AUTO_PROTOCOL || id === NO_PROTOCOL) return undefined;
  const protocols = given ?? knownProtocols();
  if (findProtocol(id, protocols)) return undefined;
  const names = [AUTO_PROTOCOL, NO_PROTOCOL, ...protocols.map((protocol) => protocol.id)];
  const close = nearest(id, names);
  if (close !== undefined) return `There is no protocol “${id}”: did you mean ${close}?`;
  // A value that looks like a subprotocol was probably meant as one: other tools call that option --protocol.
  const isSubprotocol = /[./\d]/.test(id);
  return isSubprotocol
    ? `There is no protocol “${id}”: did you mean the option subprotocol, which offers it in the handshake?`
    : `There is no protocol “${id}”: use ${names.join(', ')}.`;
}

/** Whether a recording names a protocol that is unknown here: that of a table which was not read. */
export function isUnknownProtocol(id: string): boolean {
  return protocolProblem(id) !== undefined;
}

/** @throws DuplexError `call.invalid` if the option `protocol` names no known protocol */
export function requireProtocol({ protocol }: { readonly protocol: string }): void {
  const problem = protocolProblem(protocol);
  if (problem !== undefined) throw new DuplexError('call.invalid', problem);
}

/** The subprotocols that a connection offers: its own, or else those of the protocol that it names. */
export function offeredSubprotocols(
  { protocol, subprotocols }: { readonly protocol: string; readonly subprotocols: readonly string[] },
  protocols?: readonly ProtocolModule[],
): readonly string[] {
  return subprotocols.length > 0 ? subprotocols : (findProtocol(protocol, protocols)?.subprotocols ?? []);
}
