import type { OutgoingMessage } from '../../../shared/session.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import type { Opening, Peer, Role, WireMessage } from '../protocolModule.ts';
import type { Encoded, EncodeProblem } from '../verb.ts';

const OPEN = 0x6f;
const MESSAGES = 0x61;
const ARRAY = 0x5b;

const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One side of SockJS with a protocol inside. Messages of the inner peer are sent in a JSON array of strings; received
 * arrays are unpacked for it. The inner protocol opens with the frame `o`.
 */
export function createSockjsPeer(role: Role, inner: Peer): Peer {
  let isOpen = role === 'server';
  let opensInner = true;
  const otherRole = role === 'client' ? 'server' : 'client';

  const wrapAll = (messages: readonly OutgoingMessage[]): OutgoingMessage[] =>
    messages.flatMap((message) => {
      const wrapped = wrap(message, role);
      return 'problem' in wrapped ? [] : [wrapped];
    });

  return {
    get opening(): Opening {
      return isOpen ? inner.opening : { state: 'waiting' };
    },
    start(opens) {
      opensInner = opens;
      if (role === 'client') return [];
      return [{ kind: 'text', data: encoder.encode('o') }, ...wrapAll(inner.start(opens))];
    },
    receive(message) {
      const { data } = message;
      if (role === 'client' && data[0] === OPEN && data.length === 1 && !isOpen) {
        isOpen = true;
        return wrapAll(inner.start(opensInner));
      }
      return unwrap(message, otherRole).flatMap((each) => wrapAll(inner.receive(each)));
    },
    follow(message) {
      for (const each of unwrap(message, role)) inner.follow(each);
    },
    listens: true,
    get beatInterval() {
      return inner.beatInterval;
    },
    beat: () => wrapAll(inner.beat()),
    finish: () => wrapAll(inner.finish()),
    encode(call): Encoded {
      const encoded = inner.encode(call);
      if ('problem' in encoded) return encoded;
      const messages: OutgoingMessage[] = [];
      for (const message of encoded.messages) {
        const wrapped = wrap(message, role);
        if ('problem' in wrapped) return wrapped;
        messages.push(wrapped);
      }
      return { messages, awaits: encoded.awaits };
    },
  };
}

function wrap({ data }: OutgoingMessage, role: Role): OutgoingMessage | EncodeProblem {
  let text: string;
  try {
    text = strictUtf8.decode(data);
  } catch {
    // A fatal decoder throws for nothing else.
    return { problem: 'SockJS carries text only, and the payload is not UTF-8.' };
  }
  const array = JSON.stringify([text]);
  return { kind: 'text', data: encoder.encode(role === 'client' ? array : `a${array}`) };
}

/** @param sender the side that sent it: the server puts an `a` before the array */
function unwrap({ data, from, kind }: WireMessage, sender: Role): WireMessage[] {
  const first = sender === 'server' ? MESSAGES : ARRAY;
  if (kind !== 'text' || data[0] !== first) return [];
  const json = readJson(data, sender === 'server' ? 1 : 0);
  if (isProblem(json) || !Array.isArray(json.value)) return [];
  return (json.value as unknown[]).flatMap((text) =>
    typeof text === 'string' ? [{ kind: 'text' as const, from, data: encoder.encode(text) }] : [],
  );
}
