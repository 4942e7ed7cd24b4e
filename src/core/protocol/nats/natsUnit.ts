import type { UnitProblem } from '../../../shared/units.ts';
import { bodyPayload } from '../json/bodyPayload.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import { MAX_NAME_CHARS, MAX_TOPIC_FILTERS } from '../limits.ts';
import type { StreamFormat } from '../stream/byteStream.ts';
import type { StreamProtocol } from '../stream/streamDecoder.ts';
import { type DecodedPayload, type DecodedUnit, derivedPayload, MASKED_VALUE, payloadAt } from '../unit.ts';
import { measureNats, type NatsLine, readHeaders, readLine, sizeOf } from './natsLine.ts';

/** The state that later messages need. */
interface NatsState {
  /** Subjects by the id of their subscription. */
  readonly subjects: Map<string, string>;
  /** Subjects that replies to a request of either side go to. */
  readonly inboxes: Set<string>;
}

/** Both directions of a connection. */
export function createNatsStreams(saved?: string): StreamProtocol {
  const [subjects = [], inboxes = []] =
    saved === undefined || saved === '' ? [] : (JSON.parse(saved) as [[string, string][], string[]]);
  const state: NatsState = { subjects: new Map(subjects), inboxes: new Set(inboxes) };
  const format: StreamFormat = {
    measure: measureNats,
    read(bytes, start, end) {
      const line = readLine(bytes, start);
      if ('code' in line) return { units: [], problems: [line] };
      return { units: [natsUnit(line, bytes, { start, end }, state)], problems: [] };
    },
  };
  return {
    client: format,
    server: format,
    state: () => JSON.stringify([[...state.subjects], [...state.inboxes]]),
  };
}

function natsUnit(
  line: NatsLine,
  bytes: Uint8Array,
  range: DecodedUnit['range'],
  state: NatsState,
): DecodedUnit {
  const { operation, words, rest } = line;
  const [first = '', second, third] = words.map((word) => word.slice(0, MAX_NAME_CHARS));
  const control: DecodedUnit = { type: 'control', name: operation, range };
  switch (operation) {
    case 'PING':
    case 'PONG':
      return { ...control, heartbeat: true };
    case 'INFO':
    case 'CONNECT': {
      const read = readJson(bytes, rest.start, rest.end);
      if (isProblem(read)) return { ...control, payload: bodyPayload(bytes, rest), problems: [read] };
      const payload = payloadAt('json', bytes, rest);
      return { ...control, payload: operation === 'INFO' ? payload : maskedConnect(read.value, payload) };
    }
    case '+OK':
      return control;
    case '-ERR': {
      const said = new TextDecoder().decode(bytes.subarray(rest.start, rest.end));
      return { ...control, type: 'error', error: said.replace(/^'(.*)'$/s, '$1').slice(0, MAX_NAME_CHARS) };
    }
    case 'SUB': {
      const id = third ?? second ?? '';
      remember(state.subjects, id, first);
      return { type: 'subscribe', name: first, stream: JSON.stringify(id), label: `SUB ${first}`, range };
    }
    case 'UNSUB': {
      const name = state.subjects.get(first) ?? '';
      const label = `UNSUB ${name === '' ? first : name}${second === undefined ? '' : ` after ${second}`}`;
      return { type: 'unsubscribe', name, stream: JSON.stringify(first), label, range };
    }
    default:
      return messageUnit(line, bytes, range, state);
  }
}

function messageUnit(
  { operation, words, end: lineEnd }: NatsLine,
  bytes: Uint8Array,
  range: DecodedUnit['range'],
  { inboxes }: NatsState,
): DecodedUnit {
  const hasHeaders = operation === 'HPUB' || operation === 'HMSG';
  const isDelivered = operation === 'MSG' || operation === 'HMSG';
  const fixed = 1 + (isDelivered ? 1 : 0);
  const sizes = hasHeaders ? 2 : 1;
  const subject = (words[0] ?? '').slice(0, MAX_NAME_CHARS);
  const inbox = words.length > fixed + sizes ? words[fixed] : undefined;
  const bodyStart = lineEnd + (hasHeaders ? sizeOf(words.at(-2)) : 0);
  const block = hasHeaders ? readHeaders(bytes, lineEnd, bodyStart) : undefined;
  const body = { start: bodyStart, end: range.end - 2 };
  const isReply = inboxes.has(subject);
  if (inbox !== undefined) {
    inboxes.delete(inbox);
    inboxes.add(inbox);
    if (inboxes.size > MAX_TOPIC_FILTERS) inboxes.delete(inboxes.values().next().value!);
  }
  const status = block?.status;
  const problems: UnitProblem[] = block?.problem ? [block.problem] : [];
  return {
    type:
      status !== undefined && status >= '4'
        ? 'error'
        : isReply
          ? 'reply'
          : inbox !== undefined
            ? 'call'
            : 'event',
    name: subject,
    id: inbox === undefined ? undefined : JSON.stringify(inbox),
    replyTo: isReply ? JSON.stringify(subject) : undefined,
    stream: isDelivered ? JSON.stringify(words[1] ?? '') : undefined,
    error: status !== undefined && status >= '4' ? statusText(status) : undefined,
    label: `${operation} ${subject}${status === undefined ? '' : ` ${status}`}`,
    headers: block?.headers,
    payload: bodyPayload(bytes, body, headerOf(block?.headers, 'content-type')),
    range,
    problems: problems.length === 0 ? undefined : problems,
  };
}

function headerOf(headers: DecodedUnit['headers'], name: string): string | undefined {
  return headers?.find(([each]) => each.toLowerCase() === name)?.[1];
}

function statusText(status: string): string {
  return status === '503' ? '503 No Responders' : status;
}

function remember(map: Map<string, string>, key: string, value: string): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_TOPIC_FILTERS) map.delete(map.keys().next().value!);
}

/** Members of CONNECT that are secret. */
const SECRETS = ['pass', 'auth_token', 'jwt', 'sig'];

function maskedConnect(value: unknown, payload: DecodedPayload): DecodedPayload {
  if (typeof value !== 'object' || value === null || !SECRETS.some((name) => name in value)) return payload;
  const masked = Object.entries(value).map(([name, each]: [string, unknown]) => [
    name,
    SECRETS.includes(name) ? MASKED_VALUE : each,
  ]);
  return derivedPayload('json', () => JSON.stringify(Object.fromEntries(masked)));
}
