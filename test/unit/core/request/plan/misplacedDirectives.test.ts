import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';

// Each kind of directive in each place where it has no meaning: the sentence leads to a place where it has one.

const CLIENT = 'WEBSOCKET ws://localhost/';
const SERVER = 'SERVE ws://127.0.0.1:9000/';
const PROXY = 'PROXY ws://127.0.0.1:9000 -> ws://localhost/';

/** A file with the directive at a place. */
const PLACES = {
  'above a request': (line: string) => `### a\n${line}\n${CLIENT}\n\nhi`,
  'in the defaults': (line: string) => `${line}\n### a\n${CLIENT}\n\nhi`,
  'in a step of a request': (line: string) => `### a\n${CLIENT}\n\n${line}\nhi`,
  'among the headers of a request': (line: string) => `### a\n${CLIENT}\nX-A: 1\n${line}\n\nhi`,
  'in a payload of a request': (line: string) => `### a\n${CLIENT}\n\nhi\n${line}\nyou`,
  'above a server': (line: string) => `### a\n${line}\n${SERVER}\n\nhi`,
  'in a step of a server': (line: string) => `### a\n${SERVER}\n\n${line}\nhi`,
  'among the headers of a server': (line: string) => `### a\n${SERVER}\nX-A: 1\n${line}\n\nhi`,
  'in a payload of a server': (line: string) => `### a\n${SERVER}\n\nhi\n${line}\nyou`,
  'in a proxy': (line: string) => `### a\n${line}\n${PROXY}`,
};
type Place = keyof typeof PLACES;

const LISTENERS =
  'belongs to a server or a proxy: write it in a block with SERVE or PROXY instead of WEBSOCKET.';
const SERVERS = 'belongs to a server: write it in a block with SERVE instead of WEBSOCKET.';
const TO_TARGET = 'has no effect here: move it above the target, or remove the @ of a comment.';
const TO_LISTENER =
  'has no effect here: move it above the target of a block with SERVE or PROXY, or remove the @ of a comment.';
const TO_SERVER =
  'has no effect here: move it above the target of a block with SERVE, or remove the @ of a comment.';
const TO_STEP =
  'has no effect here: move it directly above the payload of a step, or remove the @ of a comment.';
const TO_STEP_BELOW =
  'has no effect here: move it directly above the payload of a step, below an empty line, or remove the @ of a comment.';
const NO_STEP = 'belongs to a step, and a proxy has none: remove it.';
const IS_SERVER = 'is for connecting to a server, and this block is a server: remove it.';
const IS_FAULT = 'belongs to a proxy: write it in a block with PROXY ws://127.0.0.1:8081 -> wss://host.';

const KINDS: Readonly<Record<string, Readonly<Partial<Record<Place, string>>>>> = {
  '@tls-cert ./a.pem': {
    'above a request': LISTENERS,
    'in the defaults': LISTENERS,
    'in a step of a request': LISTENERS,
    'among the headers of a request': TO_LISTENER,
    'in a payload of a request': TO_LISTENER,
    'in a step of a server': TO_LISTENER,
    'among the headers of a server': TO_LISTENER,
    'in a payload of a server': TO_LISTENER,
  },
  '@status 503': {
    'above a request': SERVERS,
    'in the defaults': SERVERS,
    'in a step of a request': SERVERS,
    'among the headers of a request': TO_SERVER,
    'in a payload of a request': TO_SERVER,
    'in a step of a server': TO_SERVER,
    'among the headers of a server': TO_SERVER,
    'in a payload of a server': TO_SERVER,
    'in a proxy': 'belongs to a server: a proxy refuses handshakes with # @fault refuse 503.',
  },
  '@to all': {
    'above a request': SERVERS,
    'in the defaults': SERVERS,
    'in a step of a request': SERVERS,
    'above a server':
      'has no effect here: move it directly above the payload of a step of a block with SERVE, or remove the @ of a comment.',
    'among the headers of a server':
      'has no effect here: move it directly above the payload of a step of a block with SERVE, below an empty line, or remove the @ of a comment.',
    'in a proxy': NO_STEP,
  },
  '@fault drop in': {
    'above a request': IS_FAULT,
    'in the defaults': IS_FAULT,
    'in a step of a request': IS_FAULT,
    'above a server': IS_FAULT,
    'in a step of a server': IS_FAULT,
  },
  '@delay 1s': {
    'above a request': TO_STEP,
    'in the defaults':
      'belongs to a step, and this block has no target: write a target such as WEBSOCKET ws://host/path.',
    'among the headers of a request': TO_STEP_BELOW,
    'in a payload of a request': TO_STEP,
    'above a server': TO_STEP,
    'among the headers of a server': TO_STEP_BELOW,
    'in a payload of a server': TO_STEP,
    'in a proxy': NO_STEP,
  },
  '@reconnect 3': {
    'in a step of a request': TO_TARGET,
    'among the headers of a request': TO_TARGET,
    'in a payload of a request': TO_TARGET,
    'above a server': IS_SERVER,
    'in a step of a server': IS_SERVER,
    'in a proxy': 'is set by the clients of a proxy, or is not available in one: remove it.',
  },
  '@max-payload 1kB': {
    'in a step of a request': TO_TARGET,
    'in a step of a server': TO_TARGET,
    'among the headers of a server': TO_TARGET,
  },
  '@name b': {
    'in the defaults':
      'belongs to one request, and this block has none: move it above the target of its request.',
    'in a step of a request': TO_TARGET,
    'in a step of a server': TO_TARGET,
  },
};

const rows = Object.entries(KINDS).flatMap(([line, places]) =>
  Object.entries(places).map(([place, rest]) => [line, place as Place, rest] as const),
);

describe('a directive in the wrong place', () => {
  test.each(rows)('%s %s', (line, place, rest) => {
    const found = analyzeRequestFile(PLACES[place](`# ${line}`)).diagnostics.filter(
      ({ code }) => code === 'directive.misplaced',
    );
    expect(found.map(({ message }) => message)).toEqual([`${line.split(' ')[0]} ${rest}`]);
  });

  test.each(Object.keys(KINDS))('%s is not reported elsewhere', (line) => {
    const elsewhere = Object.entries(PLACES).filter(([place]) => KINDS[line]![place as Place] === undefined);
    const told = elsewhere.filter(([, file]) =>
      analyzeRequestFile(file(`# ${line}`)).diagnostics.some(({ code }) => code === 'directive.misplaced'),
    );
    // Directives among headers or in a payload are always reported.
    expect(told.map(([place]) => place).filter((place) => !/headers|payload/.test(place))).toEqual([]);
  });
});
