import { expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { everyBlock } from '../../../../../src/core/request/syntax/everyBlock.ts';
import { placedKey, requestKey } from '../../../../../src/core/request/syntax/requestKey.ts';

const named = (name: string): string => `### ${name}\nWEBSOCKET ws://h\n\n`;
const server = (name: string): string => `### ${name}\nSERVE ws://127.0.0.1:0/${name}\n\n`;
const proxy = (name: string): string => `### ${name}\nPROXY ws://127.0.0.1:0 -> ws://h\n\n`;

test('a request is identified by its name if no other request has it, else by its index', () => {
  const file = analyzeRequestFile(['one', 'two', 'two', '', '__proto__', '1'].map(named).join(''));
  expect(file.requests.map((request) => requestKey(file, request))).toEqual([
    'one',
    1,
    2,
    3,
    '__proto__',
    '1',
  ]);
});

test('a server is identified among the servers, a proxy among the proxies', () => {
  const file = analyzeRequestFile(
    [named('a'), server('a'), server('b'), server('b'), proxy('a'), proxy('')].join(''),
  );
  expect(file.servers.map((request) => requestKey(file, request))).toEqual(['a', 1, 2]);
  expect(file.proxies.map((request) => requestKey(file, request))).toEqual(['a', 1]);
});

test('no two blocks of two files share a key', () => {
  const blocks = [named, server, proxy].flatMap((block) => ['', '', 'a', 'a', 'b', '0', '1'].map(block));
  const file = analyzeRequestFile(blocks.join(''));
  const keys = ['file:///a.ws', 'file:///b.ws'].flatMap((uri) =>
    everyBlock(file).map((request) => placedKey({ uri, file, request })),
  );
  expect(keys).toHaveLength(42);
  expect(new Set(keys).size).toBe(42);
});
