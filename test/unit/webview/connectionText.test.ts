import { describe, expect, it } from 'vitest';
import {
  daysToExpiry,
  explainExtensions,
  extensionNames,
  parseExtensions,
  tlsName,
} from '../../../src/webview/text/connectionText.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

it.each([
  ['TLSv1.3', 'TLS 1.3'],
  ['TLSv1', 'TLS 1.0'],
  ['SSLv3', 'SSL 3'],
  ['', ''],
])('writes %j as %j', (protocol, name) => {
  expect(tlsName(protocol)).toBe(name);
});

it.each([
  ['2026-12-06T12:00:00Z', undefined],
  ['2026-12-06T11:59:59Z', 13],
  ['2026-11-23T12:00:00Z', 1],
  ['2026-11-22T12:00:01Z', 0],
  ['2026-11-22T11:59:59Z', -1],
  ['Nov 30 12:00:00 2026 GMT', 8],
  ['soon', undefined],
  ['', undefined],
])('counts the days to %s only if they are few', (validTo, days) => {
  expect(daysToExpiry(validTo, NOW)).toBe(days);
});

describe('the extensions of a connection', () => {
  it('are parsed with their parameters', () => {
    expect(parseExtensions('permessage-deflate; server_max_window_bits="10" ;x, foo;bar=1')).toEqual([
      {
        name: 'permessage-deflate',
        parameters: [
          { name: 'server_max_window_bits', value: '10', meaning: 'the server looks back at most 1 KiB' },
          { name: 'x', value: '', meaning: '' },
        ],
      },
      { name: 'foo', parameters: [{ name: 'bar', value: '1', meaning: '' }] },
    ]);
    expect(parseExtensions('')).toEqual([]);
  });

  it('have short names', () => {
    expect(extensionNames('permessage-deflate; client_no_context_takeover, x-other')).toBe(
      'deflate, x-other',
    );
  });

  it('are explained line by line', () => {
    const header =
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9, x-other; a=b';
    expect(explainExtensions(header).split('\n')).toEqual([
      'permessage-deflate',
      '    server_no_context_takeover: the server compresses each message on its own',
      '    client_no_context_takeover: the client compresses each message on its own',
      '    client_max_window_bits=9: the client looks back at most 512 B',
      'x-other',
      '    a=b',
    ]);
  });

  it('have the default window of RFC 7692 if a server names none', () => {
    expect(explainExtensions('permessage-deflate; client_max_window_bits')).toContain('at most 32 KiB');
  });

  it('have no explanation for parameters of other extensions', () => {
    expect(explainExtensions('other; server_no_context_takeover')).toBe(
      'other\n    server_no_context_takeover',
    );
  });
});
