import { expect, it } from 'vitest';
import { daysToExpiry, tlsName } from '../../../src/webview/text/tls.ts';

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
])('counts the days to %s only where they are few', (validTo, days) => {
  expect(daysToExpiry(validTo, NOW)).toBe(days);
});
