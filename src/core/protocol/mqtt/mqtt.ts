import { MAX_DECODED_BYTES } from '../limits.ts';
import type { ProtocolModule } from '../protocolModule.ts';
import { createStreamDecoder } from '../stream/streamDecoder.ts';
import { failed } from '../unit.ts';
import { createMqttPeer } from './mqttPeer.ts';
import { levelOf, createMqttStreams } from './mqttUnit.ts';
import { mqttVerbs } from './mqttVerbs.ts';
import { measurePacket } from './packetReader.ts';

const utf8 = new TextDecoder();

export const mqtt: ProtocolModule = {
  id: 'mqtt',
  title: 'MQTT',
  about: 'MQTT 3.1, 3.1.1 and 5 in binary messages, with packets that span messages or share one.',
  specification: 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
  subprotocols: ['mqtt'],
  chores: [
    'Sends CONNECT of MQTT 3.1.1 without a user, unless the first step is `@connect`, and waits for CONNACK.',
    'Sends a ping after three quarters of the keep-alive without a message sent.',
    'Acknowledges messages with QoS 1 and 2, and goes on with PUBREL after PUBREC.',
    'Sends DISCONNECT when you disconnect.',
  ],
  verbs: mqttVerbs,
  closeCodes: {},
  topics: { separator: '/' },
  detect: {
    subprotocol: (name) => (/^mqtt(?:v3\.1|v5)?$/.test(name) ? `subprotocol ${name}` : undefined),
    url: () => undefined,
    message({ kind, data }) {
      if (kind !== 'binary' || data[0] !== 0x10 || 'code' in measurePacket(data, 0)) return undefined;
      const start = utf8.decode(data.subarray(0, 16));
      return /^\x10[^\0]{1,4}\0(?:\x04MQTT|\x06MQIsdp)/.test(start) ? 'first packet CONNECT' : undefined;
    },
  },
  createDecoder({ subprotocol }, checkpoint) {
    const stream = createStreamDecoder((state) => createMqttStreams(levelOf(subprotocol), state), checkpoint);
    return {
      ...stream,
      decode: (message) =>
        message.kind === 'text' && message.data.length <= MAX_DECODED_BYTES
          ? failed('decode.binary', 'MQTT travels in binary messages, and this one is text.', 0)
          : stream.decode(message),
    };
  },
  createPeer: createMqttPeer,
};
