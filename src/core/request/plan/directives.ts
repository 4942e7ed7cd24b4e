import { OPTION_ENTRIES } from '../../session/options/optionTable.ts';
import type { ProtocolModule } from '../../protocol/protocolModule.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import {
  protocolsWith,
  settledProtocol,
  verbsOf,
  type StepProtocol,
  type StatedProtocol,
} from './stepVerb.ts';

/**
 * Where it may stand: above a target, in a first block without one, or above the payload of a step; the same for a
 * `SERVE` block; anywhere in a `PROXY` block.
 */
export type DirectivePlace = 'request' | 'defaults' | 'step' | 'server' | 'serverStep' | 'proxy';

export interface DirectiveRule {
  readonly places: readonly DirectivePlace[];
  readonly argument: 'none' | 'needed' | 'optional';
  readonly repeatable?: true;
}

const connection: readonly DirectivePlace[] = ['request', 'defaults'];
const both: readonly DirectivePlace[] = ['request', 'server', 'proxy'];

/** Connection options that apply to the listening side. */
export const SERVER_OPTIONS: ReadonlySet<string> = new Set([
  'subprotocol',
  'protocol',
  'decode',
  'close-timeout',
  'max-payload',
  'max-fragments',
  'no-deflate',
  'deflate',
  'fragment-size',
  'no-auto-pong',
  'heartbeat',
  'frames',
]);

/** Connection options that a client of a proxy decides, or that would send what no client has sent. */
export const NOT_OF_PROXIES: readonly string[] = [
  'subprotocol',
  'reconnect',
  'reconnect-delay',
  'reconnect-max-delay',
  'heartbeat',
  'no-auto-pong',
];

const inStep = (argument: DirectiveRule['argument']): DirectiveRule => ({
  places: ['step', 'serverStep'],
  argument,
});

/** For the certificate that clients see; `@cert` and `@key` of a proxy are for its target. */
const OF_LISTENER: DirectiveRule = { places: ['server', 'proxy'], argument: 'needed' };

/** Headers stand on lines of their own. */
const CONNECTION: readonly (readonly [string, DirectiveRule])[] = OPTION_ENTRIES.filter(
  ([, { kind }]) => kind !== 'headers',
).map(([, { name, kind }]) => [
  name,
  {
    places: [
      ...connection,
      ...(SERVER_OPTIONS.has(name) ? (['server'] as const) : []),
      ...(NOT_OF_PROXIES.includes(name) ? [] : (['proxy'] as const)),
    ],
    argument: kind === 'flag' || kind === 'negatedFlag' ? 'none' : 'needed',
    ...((kind === 'paths' || kind === 'rules') && { repeatable: true }),
  },
]);

/** Connection options of the target of a proxy. */
export const PROXY_OPTIONS: ReadonlySet<string> = new Set(
  CONNECTION.flatMap(([name, { places }]) => (places.includes('proxy') ? name : [])),
);

/** The directives of the language. */
const RULES: ReadonlyMap<string, DirectiveRule> = new Map<string, DirectiveRule>([
  ['name', { places: both, argument: 'needed' }],
  ['status', { places: ['server'], argument: 'needed' }],
  ['tls-cert', OF_LISTENER],
  ['tls-key', OF_LISTENER],
  ['tls-passphrase', OF_LISTENER],
  ['fault', { places: ['proxy'], argument: 'needed', repeatable: true }],
  ['to', { places: ['serverStep'], argument: 'needed' }],
  ...CONNECTION,
  ['reply', inStep('none')],
  ['header', { places: ['defaults', 'step', 'serverStep'], argument: 'needed', repeatable: true }],
  ['env', { places: [...connection, 'server', 'proxy'], argument: 'needed' }],
  ['disabled', { places: both, argument: 'optional' }],
  ['expect', { places: ['request', 'step', 'serverStep'], argument: 'needed', repeatable: true }],
  ['where', { ...inStep('needed'), repeatable: true }],
  ['within', inStep('needed')],
  ['none', inStep('none')],
  ['capture', { ...inStep('needed'), repeatable: true }],
  ['delay', inStep('needed')],
  ['label', inStep('needed')],
  ['binary', inStep('needed')],
  ['escape', inStep('none')],
  ['encode', inStep('needed')],
  ['repeat', inStep('needed')],
  ['echo', inStep('none')],
  ['ping', inStep('optional')],
  ['close', inStep('optional')],
]);

/** The formats of `@encode`, each with its description. */
export const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['msgpack', 'MessagePack, from JSON; bytes are `{"$base64": "…"}`, extensions `{"$ext": [type, bytes]}`.'],
  ['cbor', 'CBOR, from JSON or diagnostic notation (RFC 8949, section 8).'],
  [
    'protobuf',
    'Protobuf, from JSON: `@encode protobuf feed.Tick from ./feed.proto`, or from a descriptor set.',
  ],
  ['gzip', 'The text of the payload, compressed in the gzip format (RFC 1952).'],
  ['zlib', 'The text of the payload, compressed in the zlib format (RFC 1950).'],
  ['deflate', 'The text of the payload, compressed as raw Deflate, without a header (RFC 1951).'],
  ['brotli', 'The text of the payload, compressed with Brotli (RFC 7932).'],
]);

/**
 * Directives that only other clients define, in kebab-case (httpYac accepts camelCase too). Sources: the JetBrains HTTP
 * Client's reference of the HTTP request syntax; httpYac's guide on meta data and `knownMetaData` of 6.16.
 */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ...['connection-timeout', 'no-auto-encoding', 'use-os-credentials'].map(
    (name) => [name, 'JetBrains'] as const,
  ),
  ...['no-log', 'no-redirect', 'no-cookie-jar'].map((name) => [name, 'JetBrains and httpYac'] as const),
  ...[
    'debug',
    'description',
    'extension',
    'force-ref',
    'force-region-delimiter',
    'grpc-reflection',
    'import',
    'inject-variables',
    'jwt',
    'keep-streaming',
    'language',
    'loop',
    'no-client-cert',
    'no-proxy',
    'no-reject-unauthorized',
    'no-response-view',
    'no-streaming-log',
    'note',
    'open-with',
    'prompt',
    'rate-limit',
    'ratelimit',
    'ref',
    'response-ref',
    'save',
    'sleep',
    'title',
    'verbose',
  ].map((name) => [name, 'httpYac'] as const),
]);

export type DirectiveVerdict =
  | { readonly kind: 'known'; readonly rule: DirectiveRule }
  /** A directive of the protocol that the request names. */
  | { readonly kind: 'verb' }
  /** A directive of a protocol that the request does not name. */
  | { readonly kind: 'otherVerb'; readonly message: string }
  | { readonly kind: 'foreign'; readonly message: string }
  /** `isNear`: it is probably a misspelling of one of ours. */
  | { readonly kind: 'unknown'; readonly message: string; readonly isNear: boolean };

/**
 * Explains the name of a directive; for all but a known one, the message says what to do.
 * @param stepProtocol the protocol of the request, if its steps use one
 */
export function judgeDirective(name: string, stated?: StatedProtocol): DirectiveVerdict {
  const stepProtocol = settledProtocol(stated);
  const rule = RULES.get(name);
  if (rule) return { kind: 'known', rule };
  const verbs = stepProtocol ? verbsOf(stepProtocol).map((verb) => verb.name) : [];
  if (verbs.includes(name)) return { kind: 'verb' };
  const client = FOREIGN.get(kebabCase(name));
  if (client !== undefined && !stated)
    return {
      kind: 'foreign',
      message: `@${kebabCase(name)} belongs to ${client} and is ignored here: keep it for that client, or remove it.`,
    };
  if (name === '')
    return {
      kind: 'unknown',
      isNear: false,
      message:
        'The name of a directive follows the @ directly, as in # @timeout 2s: write it, or remove the @.',
    };
  const others = protocolsWith(name);
  if (others.length > 0 && stated === 'unsettled') return { kind: 'verb' };
  if (others.length > 0) return { kind: 'otherVerb', message: ofOtherProtocol(name, others, stepProtocol) };
  const meant = nearest(name, [...RULES.keys(), ...verbs]);
  const what = `There is no directive ${excerpt(`@${name}`)}`;
  return {
    kind: 'unknown',
    isNear: meant !== undefined,
    message:
      meant === undefined
        ? `${what}${stepProtocol ? ` in a step of ${stepProtocol.protocol.title}` : ', and it is ignored'}: remove the line, or the @ of a comment.`
        : `${what}: did you mean @${meant}?`,
  };
}

function ofOtherProtocol(
  name: string,
  others: readonly ProtocolModule[],
  stepProtocol: StepProtocol | undefined,
): string {
  const [first] = others;
  const titles = others.map(({ title }) => title).join(', ');
  if (!stepProtocol)
    return `@${name} is a verb of ${titles}, and this request names no protocol: write # @protocol ${first!.id} above its target.`;
  const { protocol, role } = stepProtocol;
  if (others.includes(protocol))
    return `@${name} is a verb of the ${role === 'client' ? 'server' : 'client'} in ${protocol.title}, and this is a step of a ${role}: remove it.`;
  return `@${name} is a verb of ${titles}, not of ${protocol.title}: ${protocol.title} has ${
    verbsOf(stepProtocol)
      .map((verb) => `@${verb.name}`)
      .join(', ') || 'no verbs'
  }.`;
}

function kebabCase(name: string): string {
  if (name.length > 40) return name;
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
