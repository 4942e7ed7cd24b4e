import type { Role } from '../../../../src/core/protocol/protocolModule.ts';
import { binary, context, countingPorts, protocol, text } from './conversation.ts';

export const RS = '\u001e';

export const json = (from: Role, ...messages: object[]) =>
  text(from, messages.map((message) => `${JSON.stringify(message)}${RS}`).join(''));

/** A message of MessagePack with the length before it; no message here has more than 127 bytes. */
export const packed = (from: Role, ...bodies: string[]) =>
  binary(
    from,
    bodies.flatMap((digits) => {
      const body = Buffer.from(digits.replaceAll(' ', ''), 'hex');
      return [body.length, ...body];
    }),
  );

export const peer = (id: string, role: Role = 'client') =>
  protocol(id).createPeer(context(id), role, countingPorts());
