// Words of MQTT 5.0 (OASIS Standard, 7 March 2019): https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html

/** Section 2.1.2. */
export const PACKET_TYPE = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15,
} as const;

export type PacketName = keyof typeof PACKET_TYPE;

export const PACKET_NAMES = ['', ...Object.keys(PACKET_TYPE)] as readonly (PacketName | '')[];

/** How the value of a property is written: section 1.5. */
export type PropertyForm = 'byte' | 'u16' | 'u32' | 'varint' | 'string' | 'bytes' | 'pair';

/** Properties by their identifier (section 2.2.2.2), named as headers are. */
export const PROPERTIES: ReadonlyMap<number, readonly [name: string, form: PropertyForm]> = new Map([
  [1, ['payload-format-indicator', 'byte']],
  [2, ['message-expiry-interval', 'u32']],
  [3, ['content-type', 'string']],
  [8, ['response-topic', 'string']],
  [9, ['correlation-data', 'bytes']],
  [11, ['subscription-identifier', 'varint']],
  [17, ['session-expiry-interval', 'u32']],
  [18, ['assigned-client-identifier', 'string']],
  [19, ['server-keep-alive', 'u16']],
  [21, ['authentication-method', 'string']],
  [22, ['authentication-data', 'bytes']],
  [23, ['request-problem-information', 'byte']],
  [24, ['will-delay-interval', 'u32']],
  [25, ['request-response-information', 'byte']],
  [26, ['response-information', 'string']],
  [28, ['server-reference', 'string']],
  [31, ['reason-string', 'string']],
  [33, ['receive-maximum', 'u16']],
  [34, ['topic-alias-maximum', 'u16']],
  [35, ['topic-alias', 'u16']],
  [36, ['maximum-qos', 'byte']],
  [37, ['retain-available', 'byte']],
  [38, ['user-property', 'pair']],
  [39, ['maximum-packet-size', 'u32']],
  [40, ['wildcard-subscription-available', 'byte']],
  [41, ['subscription-identifier-available', 'byte']],
  [42, ['shared-subscription-available', 'byte']],
] as const);

/** Section 2.4. */
const REASONS: Readonly<Record<number, string>> = {
  0x00: 'Success',
  0x01: 'Granted QoS 1',
  0x02: 'Granted QoS 2',
  0x04: 'Disconnect with Will Message',
  0x10: 'No matching subscribers',
  0x11: 'No subscription existed',
  0x18: 'Continue authentication',
  0x19: 'Re-authenticate',
  0x80: 'Unspecified error',
  0x81: 'Malformed Packet',
  0x82: 'Protocol Error',
  0x83: 'Implementation specific error',
  0x84: 'Unsupported Protocol Version',
  0x85: 'Client Identifier not valid',
  0x86: 'Bad User Name or Password',
  0x87: 'Not authorized',
  0x88: 'Server unavailable',
  0x89: 'Server busy',
  0x8a: 'Banned',
  0x8b: 'Server shutting down',
  0x8c: 'Bad authentication method',
  0x8d: 'Keep Alive timeout',
  0x8e: 'Session taken over',
  0x8f: 'Topic Filter invalid',
  0x90: 'Topic Name invalid',
  0x91: 'Packet Identifier in use',
  0x92: 'Packet Identifier not found',
  0x93: 'Receive Maximum exceeded',
  0x94: 'Topic Alias invalid',
  0x95: 'Packet too large',
  0x96: 'Message rate too high',
  0x97: 'Quota exceeded',
  0x98: 'Administrative action',
  0x99: 'Payload format invalid',
  0x9a: 'Retain not supported',
  0x9b: 'QoS not supported',
  0x9c: 'Use another server',
  0x9d: 'Server moved',
  0x9e: 'Shared Subscriptions not supported',
  0x9f: 'Connection rate exceeded',
  0xa0: 'Maximum connect time',
  0xa1: 'Subscription Identifiers not supported',
  0xa2: 'Wildcard Subscriptions not supported',
};

/** MQTT 3.1.1, section 3.2.2.3. */
const CONNECT_RETURNS = [
  'Connection accepted',
  'Unacceptable protocol version',
  'Identifier rejected',
  'Server unavailable',
  'Bad user name or password',
  'Not authorized',
];

/** The lowest reason code that means failure. */
export const FIRST_FAILURE = 0x80;

/** The name of a packet's reason code; the number if the code has no name. */
export function reasonName(packet: PacketName, code: number): string {
  if (code === 0 && packet === 'SUBACK') return 'Granted QoS 0';
  if (code === 0 && packet === 'DISCONNECT') return 'Normal disconnection';
  return REASONS[code] ?? `Reason code 0x${code.toString(16).padStart(2, '0')}`;
}

export function connectReturnName(code: number): string {
  return CONNECT_RETURNS[code] ?? `Return code ${code}`;
}
