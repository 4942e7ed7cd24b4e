import { generate, type IPacket, type Packet, parser } from 'mqtt-packet';
import { expect } from 'vitest';
import type { OutgoingMessage } from '../../../../src/shared/session.ts';

// MQTT as the library mqtt-packet writes and reads it.

/** A packet as the reference library writes it. */
export const written = (packet: object, protocolVersion: 3 | 4 | 5 = 4): Uint8Array =>
  new Uint8Array(generate(packet as Packet, { protocolVersion }));

/** Packets as the reference library reads them. */
export function parsed(messages: readonly OutgoingMessage[], protocolVersion: 3 | 4 | 5 = 4): IPacket[] {
  const found: IPacket[] = [];
  const reading = parser({ protocolVersion });
  reading.on('packet', (packet) => found.push(packet));
  reading.on('error', (error) => {
    throw error;
  });
  for (const { data, kind } of messages) {
    expect(kind).toBe('binary');
    reading.parse(Buffer.from(data));
  }
  return found;
}

export const CONNECT = (protocolVersion: 3 | 4 | 5, more = {}) =>
  written(
    {
      cmd: 'connect',
      protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion,
      clean: true,
      clientId: 'c1',
      keepalive: 30,
      ...more,
    },
    protocolVersion,
  );
