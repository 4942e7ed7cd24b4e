import { describe, expect, test, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { securityDowngrade } from '../../../src/vscode/panel/securityDowngrade.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const options = connectOptions({ url: 'wss://host.test/' });

describe('a change that weakens a connection', () => {
  test.each<[string, Partial<ConnectOptions>, RegExp]>([
    ['any certificate', { insecure: true }, /Any certificate/],
    ['no TLS', { url: 'ws://host.test/' }, /Without TLS/],
    ['an authority from the server', { ca: ['-----BEGIN CERTIFICATE-----'] }, /fingerprint/],
    ['old versions of TLS', { minTlsVersion: 'TLSv1' }, /before 1.2/],
    ['a redirect to an origin without TLS', { redirectOrigins: ['ws://other.test'] }, /Without TLS/],
    ['one of several', { redirectOrigins: ['wss://a.test', 'ws://b.test:8080'] }, /Without TLS/],
    ['no TLS, in capitals', { url: ' WS://host.test/' }, /Without TLS/],
    ['another name', { servername: 'other.test' }, /other\.test/],
  ])('is reported: %s', (_, change, sentence) => {
    expect(securityDowngrade(options, change)).toMatch(sentence);
  });

  test.each<[string, Partial<ConnectOptions>]>([
    ['nothing', {}],
    ['a header', { headers: [['Origin', 'https://host.test']] }],
    ['another secure host', { url: 'wss://other.test/' }],
    ['a newer TLS', { minTlsVersion: 'TLSv1.3' }],
    ['a redirect to an origin that is named', { redirectOrigins: ['wss://other.test'] }],
  ])('is not reported: %s', (_, change) => {
    expect(securityDowngrade(options, change)).toBeUndefined();
  });

  test('is reported once: an existing choice needs no question', () => {
    expect(securityDowngrade({ ...options, insecure: true }, { insecure: true })).toBeUndefined();
    expect(securityDowngrade({ ...options, url: 'ws://a.test/' }, { url: 'ws://b.test/' })).toBeUndefined();
    const redirectOrigins = ['ws://other.test'];
    expect(securityDowngrade({ ...options, redirectOrigins }, { redirectOrigins })).toBeUndefined();
  });
});
