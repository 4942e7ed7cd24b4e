import type { OutgoingMessage } from '../../../shared/session.ts';
import { joinBytes } from '../../codec/joinBytes.ts';
import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';
import { MAX_TOPIC_FILTERS } from '../limits.ts';
import type { Opening, Peer, PeerPorts, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import { ByteStream } from '../stream/byteStream.ts';
import { type DecodedUnit, wholeNumber } from '../unit.ts';
import { callMismatch, type Encoded, refusalSentence, type VerbCall } from '../verb.ts';
import { writeHeaders } from './natsLine.ts';
import { createNatsStreams } from './natsUnit.ts';
import { natsVerbs } from './natsVerbs.ts';

const encoder = new TextEncoder();

/** The capabilities that this side announces: headers, and a status if a request has no responders. */
const ABILITIES = {
  verbose: false,
  pedantic: false,
  lang: 'duplex',
  version: '1',
  protocol: 1,
  headers: true,
  no_responders: true,
};

const SERVER_INFO = {
  server_id: 'DUPLEX',
  server_name: 'duplex',
  version: '2.10.0',
  proto: 1,
  headers: true,
  max_payload: 1_048_576,
};

/** One side of a connection: the opening, answers to PING, the ids of its subscriptions. */
export function createNatsPeer(_: ProtocolContext, role: Role, _ports: PeerPorts): Peer {
  let opening: Opening = { state: 'accepted' };
  /** Whether INFO is still to be answered. */
  let opensItself = false;
  let lastId = 0;
  /** By subject, the most recent one last. A server holds those of its client. */
  const subscriptions = new Map<string, string>();
  const received = new ByteStream(createNatsStreams()[role === 'client' ? 'server' : 'client']);
  const sent = new ByteStream(createNatsStreams()[role]);

  const hears = ({ name, type, error, stream }: DecodedUnit): OutgoingMessage[] => {
    if (name === 'PING') return [line('PONG')];
    if (role === 'server') {
      const id = JSON.parse(stream ?? '""') as string;
      if (type === 'subscribe' && (subscriptions.has(name) || subscriptions.size < MAX_TOPIC_FILTERS))
        subscriptions.set(name, id);
      else if (type === 'unsubscribe')
        for (const [subject, each] of subscriptions) if (each === id) subscriptions.delete(subject);
      return [];
    }
    if (name === 'INFO' && opensItself) {
      opensItself = false;
      return [line(`CONNECT ${JSON.stringify(ABILITIES)}`), line('PING')];
    }
    if (opening.state !== 'waiting') return [];
    if (name === 'PONG') opening = { state: 'accepted' };
    else if (name === '-ERR')
      opening = { state: 'refused', reason: refusalSentence('the connection', error) };
    return [];
  };

  const publish = (call: VerbCall, first: string, id: string | undefined): Encoded => {
    const [subject = '', reply] = call.arguments;
    const body = call.bytes ?? encoder.encode(call.body ?? '');
    const block = call.headers.length === 0 ? '' : writeHeaders(call.headers);
    if (block === undefined)
      return { problem: 'A header of NATS has a name without blanks and colons, and a value of one line.' };
    const header = encoder.encode(block);
    const words = [
      `${header.length > 0 ? 'H' : ''}${first}`,
      subject,
      ...(id === undefined ? [] : [id]),
      ...(reply === undefined ? [] : [reply]),
      ...(header.length > 0 ? [header.length] : []),
      header.length + body.length,
    ];
    const data = joinBytes([encoder.encode(`${words.join(' ')}\r\n`), header, body, encoder.encode('\r\n')]);
    return {
      messages: [{ kind: 'binary', data }],
      awaits: reply === undefined ? undefined : JSON.stringify(reply),
    };
  };

  const encode = (call: VerbCall): Encoded => {
    const spec = natsVerbs.find(({ name }) => name === call.verb);
    if (!spec) return { problem: `NATS has no verb @${call.verb}.` };
    const wrong = callMismatch(spec, call);
    if (wrong) return wrong;
    const [subject = ''] = call.arguments;
    const bad = call.arguments.find((word) => !isSubject(word));
    if (bad !== undefined)
      return {
        problem: `“${bad.slice(0, 60)}” is not a subject of NATS: write names without blanks, with dots between them.`,
      };
    switch (call.verb) {
      case 'connect': {
        const json = call.body === undefined ? '{}' : jsonBody(call.body, 'connect', 'object');
        if (isEncodeProblem(json)) return json;
        const options = { ...ABILITIES, ...(JSON.parse(json) as object) };
        opening = { state: 'waiting' };
        return { messages: [line(`CONNECT ${JSON.stringify(options)}`), line('PING')], awaits: undefined };
      }
      case 'publish':
        return publish(call, 'PUB', undefined);
      case 'message': {
        const id = matching(subscriptions, subject);
        if (id === undefined && call.isBroadcast === true) return { messages: [], awaits: undefined };
        return publish(call, 'MSG', id ?? '1');
      }
      case 'subscribe': {
        const { queue } = call.options;
        const id = String(++lastId);
        subscriptions.delete(subject);
        subscriptions.set(subject, id);
        const words = ['SUB', subject, ...(queue === undefined || queue === '' ? [] : [queue]), id];
        return { messages: [line(words.join(' '))], awaits: undefined };
      }
      default: {
        const [last, lastOf] = [...subscriptions].at(-1) ?? [];
        const id = subject === '' ? lastOf : subscriptions.get(subject);
        if (id === undefined)
          return {
            problem:
              subject === ''
                ? '@unsubscribe needs a subject: no verb before it named one.'
                : `@unsubscribe ends a subscription of this connection, and ${subject} is none.`,
          };
        subscriptions.delete(subject === '' ? last! : subject);
        return { messages: [line(`UNSUB ${id}`)], awaits: undefined };
      }
    }
  };

  return {
    get opening() {
      return opening;
    },
    start(opens) {
      if (role === 'server') return [line(`INFO ${JSON.stringify(SERVER_INFO)}`)];
      opensItself = opens;
      if (opens) opening = { state: 'waiting' };
      return [];
    },
    receive: ({ data }: WireMessage) => received.push(data).units.flatMap(hears),
    follow({ data }: WireMessage) {
      if (role === 'server') return;
      for (const { type, name, stream = '""' } of sent.push(data).units) {
        const id = JSON.parse(stream) as string;
        if (type === 'subscribe') {
          subscriptions.delete(name);
          subscriptions.set(name, id);
          lastId = Math.max(lastId, wholeNumber(id) ?? 0);
        } else if (type === 'unsubscribe') {
          const known = [...subscriptions].find(([, each]) => each === id);
          if (known) subscriptions.delete(known[0]);
        }
      }
    },
    listens: true,
    beatInterval: undefined,
    beat: () => [],
    finish: () => [],
    encode,
  };
}

function line(text: string): OutgoingMessage {
  return { kind: 'binary', data: encoder.encode(`${text}\r\n`) };
}

/** Parts between dots, which blanks would end. */
function isSubject(word: string): boolean {
  return /^[^\s.\0]+(?:\.[^\s.\0]+)*$/.test(word);
}

/** The id of the last subscription that a subject matches: `*` is one part, `>` all that follow. */
function matching(subscriptions: ReadonlyMap<string, string>, subject: string): string | undefined {
  const parts = subject.split('.');
  const found = [...subscriptions].filter(([pattern]) => {
    const wanted = pattern.split('.');
    if (wanted.at(-1) === '>')
      return (
        parts.length >= wanted.length &&
        wanted.slice(0, -1).every((part, at) => part === '*' || part === parts[at])
      );
    return parts.length === wanted.length && wanted.every((part, at) => part === '*' || part === parts[at]);
  });
  return found.at(-1)?.[1];
}
