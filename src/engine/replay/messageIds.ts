import type { Role, WireMessage } from '../../core/protocol/protocolModule.ts';
import { createTableDecoder } from '../../core/protocol/table/tableDecoder.ts';
import type { DecodedUnit } from '../../core/protocol/unit.ts';
import { UnitReader } from '../../core/protocol/unitReader.ts';
import { MiB } from '../../shared/limits.ts';

/** Limits of the search for the place of one id in a message. */
const MAX_TRIALS = 64;
const MAX_TRIED_BYTES = 16 * MiB;

/**
 * Maximum following messages that may complete the unit of a message, such as the attachments of a Socket.IO packet.
 */
const MAX_FOLLOWERS = 10;

/** Decodes messages of an unknown protocol: the id is the member `id` of a JSON object. */
const unknownProtocol = createTableDecoder({
  id: 'unknown',
  title: 'JSON with an id',
  about: '',
  specification: '',
  detect: {},
  rules: [{ when: { '$.id': { exists: true } }, type: 'event', stream: '$.id' }],
  verbs: [],
});

/** An id in a message. Ids in the same space belong together, such as those of a call and its reply. */
interface Slot {
  /** Several spaces if the id may refer to messages of different kinds. */
  readonly spaces: readonly string[];
  /** The id as JSON text. */
  readonly key: string;
}

/** Maps the recorded ids to the ids of this conversation. */
export type IdMap = Map<string, string>;

/**
 * Finds and rewrites the ids of recorded messages. Decoders report the ids of a message but not their places. A place
 * is found by trial: if changing it changes the decoded id, it is the place.
 */
export class MessageIds {
  readonly #recorded: UnitReader;
  readonly #trial: UnitReader;
  #checkpoint: string | undefined;

  /** @param options options of the recorded session */
  constructor(options: { readonly url: string; readonly protocol: string; readonly subprotocol: string }) {
    this.#recorded = new UnitReader(options);
    this.#trial = new UnitReader(options);
    this.#recorded.opened(options.subprotocol);
    this.#checkpoint = this.#recorded.checkpoint();
  }

  /** Advances the conversation by this recorded message. Call it for every message of either side, in order. */
  passed(message: WireMessage): void {
    this.#recorded.read(message);
    this.#checkpoint = this.#recorded.checkpoint();
  }

  /** Whether a message only keeps the connection alive. @param message the next message of the conversation */
  isHeartbeat(message: WireMessage): boolean {
    const units = this.#units(message, []);
    return units.length > 0 && units.every(({ heartbeat }) => heartbeat === true);
  }

  /**
   * Maps the ids of a recorded message to those of its counterpart.
   * @param followers the recorded messages of the same side after it, which may complete its unit
   */
  pairs(recorded: WireMessage, own: WireMessage, followers: Iterable<WireMessage>): IdMap {
    const [expected, got] = [this.#slots(recorded, followers), this.#slots(own, followers)];
    const pairs: IdMap = new Map();
    if (expected.length !== got.length) return pairs;
    for (const [index, { spaces, key }] of expected.entries()) {
      const slot = got[index]!;
      if (slot.spaces[0] !== spaces[0]) return new Map();
      if (slot.key !== key) pairs.set(`${spaces[0]} ${key}`, slot.key);
    }
    return pairs;
  }

  /** Returns the payload of a recorded message with the ids of this conversation. */
  rewritten(message: WireMessage, ids: IdMap, followers: Iterable<WireMessage>): Uint8Array {
    if (ids.size === 0) return message.data;
    let { data } = message;
    for (const [index, { spaces, key }] of this.#slots(message, followers).entries()) {
      const own = spaces.map((space) => ids.get(`${space} ${key}`)).find((found) => found !== undefined);
      if (own === undefined) continue;
      const isDone = (changed: Uint8Array): boolean =>
        this.#slots({ ...message, data: changed }, followers)[index]?.key === own;
      // Two slots may share one place.
      if (!isDone(data)) data = firstTrial(data, message.kind, key, own, isDone) ?? data;
    }
    return data;
  }

  #units(message: WireMessage, followers: Iterable<WireMessage>): readonly DecodedUnit[] {
    if (this.#checkpoint === undefined) return [];
    this.#trial.restore(this.#checkpoint);
    const read = this.#trial.read(message);
    if (read === undefined) return unknownProtocol.decode(message).units;
    if (read.units.length > 0 || read.problems.length > 0) return read.units;
    let left = MAX_FOLLOWERS;
    for (const follower of followers) {
      if (left-- === 0) break;
      const { units = [] } = this.#trial.read(follower) ?? {};
      if (units.length > 0) return units;
    }
    return [];
  }

  #slots(message: WireMessage, followers: Iterable<WireMessage>): readonly Slot[] {
    const { from } = message;
    const other: Role = from === 'client' ? 'server' : 'client';
    return this.#units(message, followers).flatMap(({ id, replyTo, stream, scope = '/', refs = [] }) => [
      ...(id === undefined ? [] : [{ spaces: [`${from} ${scope}`], key: id }]),
      ...(replyTo === undefined ? [] : [{ spaces: [`${other} ${scope}`], key: replyTo }]),
      ...(stream === undefined ? [] : [{ spaces: ['stream'], key: stream }]),
      ...refs.map((key) => ({ spaces: ['other', 'client /', 'server /', 'stream'], key })),
    ]);
  }
}

/** The ways to write an id, the most distinctive first. The last two belong to binary formats. */
const FORMS: readonly ((key: string) => Uint8Array | undefined)[] = [
  (key) => new TextEncoder().encode(key),
  (key) => (key.startsWith('"') ? new TextEncoder().encode(JSON.parse(key) as string) : undefined),
  (key) => numberBytes(key, 0xffff, 2),
  (key) => numberBytes(key, 0x7f, 1),
];

function numberBytes(key: string, most: number, size: 1 | 2): Uint8Array | undefined {
  const value = Number(key);
  if (!/^\d+$/.test(key) || value > most) return undefined;
  return size === 1 ? Uint8Array.of(value) : Uint8Array.of(value >> 8, value & 0xff);
}

/** The first change of one place that decodes to the wanted ids; undefined if there is none within the limits. */
function firstTrial(
  data: Uint8Array,
  kind: WireMessage['kind'],
  key: string,
  own: string,
  isDone: (changed: Uint8Array) => boolean,
): Uint8Array | undefined {
  let trials = Math.min(MAX_TRIALS, Math.ceil(MAX_TRIED_BYTES / Math.max(1, data.length)));
  for (const form of kind === 'text' ? FORMS.slice(0, 2) : FORMS) {
    const [from, to] = [form(key), form(own)];
    if (!from || !to || from.length === 0) continue;
    for (const at of placesOf(data, from)) {
      if (trials-- === 0) return undefined;
      const changed = Buffer.concat([data.subarray(0, at), to, data.subarray(at + from.length)]);
      if (isDone(changed)) return changed;
    }
  }
  return undefined;
}

/** Tries places from both ends in turn, because most ids are near the start or the end. */
function* placesOf(data: Uint8Array, part: Uint8Array): Generator<number> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (let first = bytes.indexOf(part), last = bytes.lastIndexOf(part); first !== -1 && first <= last;) {
    yield first;
    if (last > first) yield last;
    first = bytes.indexOf(part, first + 1);
    last = last === 0 ? -1 : bytes.lastIndexOf(part, last - 1);
  }
}
