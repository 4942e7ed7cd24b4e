import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolModule, Role } from '../../../src/core/protocol/protocolModule.ts';
import { PROTOCOLS } from '../../../src/core/protocol/builtInProtocols.ts';
import { callKey, type DecodedUnit, replyKey } from '../../../src/core/protocol/unit.ts';
import type { VerbCall, VerbSpec } from '../../../src/core/protocol/verb.ts';
import { call, context, countingPorts, payloadValue, sent } from './support/conversation.ts';

// Every verb of every protocol of the registry, in each role that has it: what it encodes is decoded again, and the
// units hold its arguments and its body. A new protocol or verb is tested without an entry here.

type Before = (words: readonly string[]) => readonly VerbCall[];

/** The special needs of a verb: the calls before it, its body, or the verb that accompanies it. */
interface Special {
  readonly before?: Before;
  readonly body?: fc.Arbitrary<unknown>;
  readonly beside?: string;
  /** The id of the unit that it answers, as JSON. */
  readonly taken?: string;
  /** Arguments that the message does not carry. */
  readonly unsaid?: readonly string[];
  /** The prefix of its arguments. */
  readonly prefix?: string;
}

const first = (words: readonly string[]): readonly string[] => words.slice(0, 1);
const stomp: Readonly<Record<string, Special>> = {
  // The id of the subscription stands for its destination.
  unsubscribe: {
    before: (words) => [call('subscribe', { arguments: first(words) })],
    unsaid: ['destination'],
  },
  commit: { before: (words) => [call('begin', { arguments: first(words) })] },
  abort: { before: (words) => [call('begin', { arguments: first(words) })] },
  receipt: { beside: 'send' },
};
const namespaces: Readonly<Record<string, Special>> = {
  connect: { prefix: '/' },
  disconnect: { prefix: '/' },
};
const cable: Special = { before: () => [call('subscribe', { arguments: ['C'] })] };
const joined: Special = { before: (words) => [call('join', { arguments: first(words) })] };
const graphql: Readonly<Record<string, Special>> = {
  subscribe: { body: fc.constant('subscription S { a }') },
  respond: {
    taken: '"7"',
    body: fc.record({ data: fc.object({ key: fc.constantFrom('k', 'l'), maxDepth: 1 }) }),
  },
  'respond-error': { taken: '"7"', body: fc.constant([{ message: 'no' }]) },
};
const signalr: Readonly<Record<string, Special>> = { complete: { taken: '"7"' } };
const SPECIAL: Readonly<Record<string, Readonly<Record<string, Special>>>> = {
  stomp,
  'sockjs-stomp': stomp,
  'socket.io': namespaces,
  'socket.io-msgpack': namespaces,
  'graphql-transport-ws': graphql,
  'graphql-ws': { ...graphql, 'respond-error': { taken: '"7"', body: fc.constant({ message: 'no' }) } },
  signalr,
  'signalr-msgpack': signalr,
  mqtt: { connect: { body: fc.record({ clientId: fc.stringMatching(/^k[a-z]{1,8}$/) }) } },
  ocpp: {
    respond: { taken: '"7"' },
    'respond-error': { taken: '"7"' },
    // A SEND has an id that nothing refers to.
    send: { unsaid: ['id'] },
  },
  // The id of the subscription stands for its subject.
  nats: {
    unsubscribe: {
      before: (words) => [call('subscribe', { arguments: first(words) })],
      unsaid: ['subject'],
    },
  },
  phoenix: { push: joined, leave: joined, respond: { taken: '"7"' } },
  'action-cable': { perform: cable, unsubscribe: cable },
};

/** Verbs that open the protocol in another way each, before all others. */
const OPENED: Readonly<Record<string, readonly (readonly VerbCall[])[]>> = {
  mqtt: ['3.1', '3.1.1', '5'].map((version) => [call('connect', { options: { version } })]),
};

const word = fc.stringMatching(/^w[a-z]{3,12}$/);
// The library for MessagePack refuses to decode a key that would change a prototype.
const value = fc.jsonValue({ maxDepth: 2 }).filter((each) => !/-0|"__proto__"/.test(JSON.stringify(each)));
const object = fc.dictionary(fc.stringMatching(/^k[a-z]{0,5}$/), value, { minKeys: 1, maxKeys: 4 });

function bodyOf({ body, bodyName }: VerbSpec): fc.Arbitrary<unknown> {
  if (body === 'none') return fc.constant(undefined);
  if (body === 'text' || body === 'bytes') return fc.stringMatching(/^[ -~]{1,40}$/);
  return bodyName === 'arguments' ? fc.array(value, { minLength: 1, maxLength: 4 }) : object;
}

/** The chosen values of those options that have a few to choose from. */
function optionsOf({ options }: VerbSpec, isOpening: boolean): fc.Arbitrary<Record<string, string>> {
  const chosen = options.flatMap(({ name, values }) =>
    values && !(isOpening && name === 'version') ? [[name, fc.constantFrom(...values)] as const] : [],
  );
  return fc.record(Object.fromEntries(chosen), { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;
}

interface Trip {
  readonly module: ProtocolModule;
  readonly spec: VerbSpec;
  readonly role: Role;
  readonly opened: readonly VerbCall[] | undefined;
}

const trips: readonly (readonly [string, Trip])[] = PROTOCOLS.flatMap((module) =>
  module.verbs.flatMap((spec) =>
    (['client', 'server'] as const)
      .filter((role) => spec.role === 'both' || spec.role === role)
      .flatMap((role) =>
        (OPENED[module.id] ?? [undefined]).map((opened, index) => {
          const more = opened ? ` (opening ${index + 1})` : '';
          return [`${module.id}: ${role} @${spec.name}${more}`, { module, spec, role, opened }] as const;
        }),
      ),
  ),
);

/** What a peer encodes for a call, after what comes before it, decoded. */
function travel({ module, spec, role, opened }: Trip, given: VerbCall, before: readonly VerbCall[]) {
  const where = context(module.id);
  const peer = module.createPeer(where, role, countingPorts());
  const decoder = module.createDecoder(where);
  const decode = (messages: Parameters<typeof sent>[1]) =>
    sent(role, messages).map((message) => decoder.decode(message));
  decode(peer.start(!spec.opens && !opened));
  const earlier = [...(spec.opens || role === 'server' ? [] : (opened ?? [])), ...before];
  for (const each of earlier) {
    const encoded = peer.encode(each);
    if ('problem' in encoded) throw new Error(`before it: ${encoded.problem}`);
    decode(encoded.messages);
  }
  const encoded = peer.encode(given);
  if ('problem' in encoded) throw new Error(encoded.problem);
  const decoded = decode(encoded.messages);
  return {
    awaits: encoded.awaits,
    units: decoded.flatMap(({ units }) => units),
    problems: decoded.flatMap(({ problems }) => problems),
  };
}

/** Whether a value stands anywhere in another one, also among more members or as JSON in a string. */
function holds(found: unknown, wanted: unknown): boolean {
  if (isDeepStrictEqual(found, wanted)) return true;
  if (typeof found === 'string') {
    try {
      return holds(JSON.parse(found), wanted);
    } catch {
      return false;
    }
  }
  if (typeof found !== 'object' || found === null) return false;
  if (Object.values(found).some((each) => holds(each, wanted))) return true;
  return (
    typeof wanted === 'object' &&
    wanted !== null &&
    !Array.isArray(wanted) &&
    Object.entries(wanted).every(([key, each]) =>
      isDeepStrictEqual((found as Record<string, unknown>)[key], each),
    )
  );
}

/** All facts of a unit. */
function facts(unit: DecodedUnit): unknown[] {
  const { name, id, replyTo, stream, scope, error, label, headers } = unit;
  return [name, id, replyTo, stream, scope, error, label, headers, payloadValue(unit)];
}

/** A text that happens to be JSON is decoded as JSON. */
function meanings(body: unknown): unknown[] {
  if (typeof body !== 'string') return [plain(body)];
  try {
    return [body, JSON.parse(body)];
  } catch {
    return [body];
  }
}

const plain = (body: unknown): unknown => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)));

describe('an encoded verb is decoded to its arguments', () => {
  it.each(trips)('%s', (_, trip) => {
    const { module, spec } = trip;
    const special = SPECIAL[module.id]?.[spec.name] ?? {};
    const main =
      special.beside === undefined ? spec : module.verbs.find(({ name }) => name === special.beside)!;
    // In SignalR the invocations of the server have a scope of their own.
    const scope = module.id.startsWith('signalr') && trip.role === 'client' ? 'server' : undefined;
    const range = { start: 0, end: 0 };
    const taken: DecodedUnit | undefined =
      main.answers || (spec.name === 'ack' && main === spec)
        ? { type: 'call', name: 'taken', id: special.taken ?? '7', stream: '"7"', scope, range }
        : undefined;
    fc.assert(
      fc.property(
        fc.tuple(...main.arguments.map(() => word.map((each) => `${special.prefix ?? ''}${each}`))),
        special.body ?? bodyOf(main),
        optionsOf(main, spec.opens && trip.opened !== undefined),
        (words, body, chosen) => {
          const written = typeof body === 'string' ? body : JSON.stringify(body);
          const version = spec.opens && trip.opened?.[0]?.options;
          const given = call(main.name, {
            arguments: words,
            options: { ...chosen, ...version },
            body: body === undefined ? undefined : written,
            beside: special.beside === undefined ? [] : [spec.name],
            taken,
          });
          const { units, problems, awaits } = travel(trip, given, special.before?.(words) ?? []);
          expect(problems).toEqual([]);
          expect(units.length).toBeGreaterThan(0);
          const all = units.map(facts);
          const text = JSON.stringify(all);
          for (const [index, each] of words.entries())
            if (!special.unsaid?.includes(main.arguments[index]!.name)) expect(text).toContain(each);
          if (body !== undefined) {
            const isHeld =
              main.body === 'graphql'
                ? text.includes(written)
                : meanings(body).some((each) => holds(all, each));
            expect(isHeld, `${JSON.stringify(body)} in ${text}`).toBe(true);
          }
          if (awaits !== undefined) expect(units.map(callKey)).toContain(awaits);
          if (taken && words.length === 0) expect(units.map(replyKey)).toContain(callKey(taken));
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('tries every protocol that has verbs', () => {
  expect(new Set(trips.map(([, { module }]) => module.id))).toEqual(
    new Set(PROTOCOLS.filter(({ verbs }) => verbs.length > 0).map(({ id }) => id)),
  );
  expect(PROTOCOLS.filter(({ verbs }) => verbs.length === 0)).toEqual([]);
});
