import { describe, expect, test } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { urlCandidates } from '../../../src/vscode/commands/urlCandidates.ts';

describe('an input stands for', () => {
  test.each([
    ['ws://localhost:8080/echo', ['ws://localhost:8080/echo']],
    ['  WSS://Example.test/Path ', ['WSS://Example.test/Path']],
    ['localhost:8080/echo', ['ws://localhost:8080/echo', 'wss://localhost:8080/echo']],
    ['127.0.0.1:9', ['ws://127.0.0.1:9', 'wss://127.0.0.1:9']],
    ['[::1]:9/x', ['ws://[::1]:9/x', 'wss://[::1]:9/x']],
    ['"wss://host/a"', ['wss://host/a']],
    ["'ws://host/a',", ['ws://host/a']],
    ['<ws://host>', ['ws://host']],
    ['devbox', ['ws://devbox', 'wss://devbox']],
    ['api.example.test/stream', ['wss://api.example.test/stream', 'ws://api.example.test/stream']],
    ['https://example.test/a?b=c', ['wss://example.test/a?b=c']],
    ['http://example.test', ['ws://example.test']],
  ])('%s', (typed, urls) => {
    expect(urlCandidates(typed)).toEqual({ urls, problem: undefined });
  });
});

describe('an input that cannot become a URL is refused with the reason', () => {
  test.each([
    ['', /Enter a URL/],
    ['ws', /starts with ws:\/\//],
    ['wss:', /starts with ws:\/\//],
    ['ws://', /no host/],
    ['ftp://host', /starts with ws:\/\//],
    ['ws://host/a b', /must not contain blanks/],
    ['ws://host#part', /fragment/],
    ['ws://host:70000', /70000 is out of range/],
    ['two words', /starts with ws:\/\//],
  ])('%s', (typed, reason) => {
    const { urls, problem } = urlCandidates(typed);
    expect(urls).toEqual([]);
    expect(problem).toMatch(reason);
  });
});

test('a secret that was masked has to be filled in first', () => {
  const { urls, problem } = urlCandidates(`wss://host/?token=${MASK}`);
  expect(urls).toEqual([]);
  expect(problem).toContain(MASK);
  expect(urlCandidates('wss://host/?token=abc').urls).toEqual(['wss://host/?token=abc']);
});
