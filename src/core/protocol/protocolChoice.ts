import { DuplexError } from '../../shared/errors.ts';
import { nearest } from '../text/nearest.ts';
import type { ProtocolModule } from './protocolModule.ts';
import { AUTO_PROTOCOL, findProtocol, NO_PROTOCOL, PROTOCOLS } from './registry.ts';

/** Why the option `protocol` may not have this value: one sentence; undefined if it may. */
export function protocolProblem(
  id: string,
  protocols: readonly ProtocolModule[] = PROTOCOLS,
): string | undefined {
  if (id === AUTO_PROTOCOL || id === NO_PROTOCOL || findProtocol(id, protocols)) return undefined;
  const names = [AUTO_PROTOCOL, NO_PROTOCOL, ...protocols.map((protocol) => protocol.id)];
  const close = nearest(id, names);
  if (close !== undefined) return `There is no protocol “${id}”: did you mean ${close}?`;
  // What looks like a subprotocol was most likely meant as one: other tools call it --protocol.
  const isSubprotocol = /[./\d]/.test(id);
  return isSubprotocol
    ? `There is no protocol “${id}”: did you mean the option subprotocol, which offers it in the handshake?`
    : `There is no protocol “${id}”: use ${names.join(', ')}.`;
}

/** @throws DuplexError `call.invalid` for an option `protocol` that names none */
export function requireProtocol({ protocol }: { readonly protocol: string }): void {
  const problem = protocolProblem(protocol);
  if (problem !== undefined) throw new DuplexError('call.invalid', problem);
}

/** What a connection offers: the subprotocols of the protocol that it names, if it names none itself. */
export function offeredSubprotocols(
  { protocol, subprotocols }: { readonly protocol: string; readonly subprotocols: readonly string[] },
  protocols: readonly ProtocolModule[] = PROTOCOLS,
): readonly string[] {
  return subprotocols.length > 0 ? subprotocols : (findProtocol(protocol, protocols)?.subprotocols ?? []);
}
