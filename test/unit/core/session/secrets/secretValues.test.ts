import { maskHex, maskSecrets } from '../../../../../src/core/session/secrets/maskSecrets.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MASK } from '../../../../../src/core/session/secrets/mask.ts';
import { secretValues } from '../../../../../src/core/session/secrets/secretValues.ts';
import type { ConnectOptions } from '../../../../../src/shared/session.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('secretValues', () => {
  test.each<[string, Partial<ConnectOptions>, string[]]>([
    ['the password of a URL', { url: 'ws://me:can%40ry@h/' }, ['can@ry', base64('me:can@ry')]],
    ['a token as user', { url: 'ws://canary-token@h/' }, ['canary-token', base64('canary-token:')]],
    ['secrets of a query', { url: 'ws://h/?a=public&token=can%20ary' }, ['can ary', 'can%20ary']],
    ['a proxy', { proxy: 'http://me:canary@proxy:1' }, ['canary', base64('me:canary')]],
    ['a passphrase', { passphrase: 'canary' }, ['canary']],
    ['a bearer token', { headers: [['Authorization', 'Bearer canary']] }, ['canary']],
    ['Basic in clear', { headers: [['Authorization', 'Basic me canary']] }, ['canary', base64('me:canary')]],
    ['Basic encoded', { headers: [['authorization', `Basic ${base64('me:canary')}`]] }, ['canary']],
    ['Digest in clear', { headers: [['Authorization', 'Digest me canary']] }, ['canary']],
    ['cookies', { headers: [['Cookie', 'a=canary-1; b="canary-2"']] }, ['canary-1', 'canary-2']],
    ['an API key', { headers: [['X-Api-Key', 'canary']] }, ['canary']],
    ['a token as subprotocol', { subprotocols: ['v1', 'c'.repeat(41)] }, ['c'.repeat(41)]],
    ['what was said to be one', { secrets: ['cat'] }, ['cat']],
  ])('finds %s', (_, options, secrets) => {
    for (const secret of secrets) expect(maskSecrets(`<${secret}>`, secretValues(options))).toBe(`<${MASK}>`);
  });

  test('ignores values that are too common to be secrets', () => {
    const options: Partial<ConnectOptions> = {
      url: 'ws://admin:test@host/path?channel=ticker&token=',
      headers: [
        ['Origin', 'https://example.test'],
        ['Sec-WebSocket-Key', 'nonce-of-the-handshake'],
        ['Cookie', 'a=1'],
      ],
      subprotocols: ['graphql-transport-ws'],
      proxy: 'http://proxy.test:3128',
    };
    const text =
      'admin test of host and path: ticker, https://example.test, nonce-of-the-handshake, proxy.test';
    expect(maskSecrets(text, secretValues(options))).toBe(text);
  });

  test('accepts a stray percent sign and invalid base64', () => {
    const options = { url: 'ws://me:100%sure@h/', headers: [['Authorization', 'Basic !!canary!!']] as const };
    expect(maskSecrets('100%sure !!canary!!', secretValues(options))).toBe(`${MASK} ${MASK}`);
  });
});

describe('maskSecrets', () => {
  const secret = 'p"a\\s/s wörd+';

  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(secret)],
    ['in base64', base64(secret)],
    ['as bytes', Buffer.from(secret).toString('latin1')],
    ['in lower-case percent-encoding', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['in HTML', 'p&quot;a\\s/s w\u00f6rd+'],
    ['in HTML by numbers', 'p&#34;a&#92;s&#47;s w&#246;rd&#43;'],
    ['in HTML by hexadecimal numbers', 'p&#x22;a\\s&#x2F;s w&#xf6;rd+'],
    ['in JSON that escapes slashes and non-ASCII', 'p\\"a\\\\s\\/s w\\u00f6rd+'],
    ['in JSON of HTML', 'p\\u0022a\\u005cs\\u002fs w\\u00F6rd\\u002b'],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['in base64 of a URL', encodeURIComponent(base64(secret))],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ])('finds one %s', (_, form) => {
    expect(maskSecrets(`a ${form} b ${form}`, [secret])).toBe(`a ${MASK} b ${MASK}`);
  });

  test.each(['', 'u', 'us', 'user:'])('finds one in the base64 of more, behind %j', (before) => {
    for (const after of ['', ':x', '!!']) {
      const masked = maskSecrets(base64(`${before}hunter2-canary${after}`), ['hunter2-canary']);
      expect(masked).toContain(MASK);
      expect(Buffer.from(masked.replace(MASK, ''), 'base64').toString()).not.toContain('nter2-cana');
    }
  });

  test.each(["&<>'", "it's", 'a&b', '<script>'])('finds %j as HTML writes it', (value) => {
    const names: Record<string, string> = {
      '&': '&amp;',
      '<': '&lt;',
      '>': '&gt;',
      "'": '&#39;',
      '"': '&quot;',
    };
    const html = value.replace(/[&<>'"]/g, (sign) => names[sign]!);
    expect(maskSecrets(`<p>${html}</p>`, [value])).toBe(`<p>${MASK}</p>`);
    const twice = html.replaceAll('&', '&amp;');
    expect(maskSecrets(`<p>${twice}</p>`, [value])).toBe(`<p>${MASK}</p>`);
  });

  test('takes time in proportion to the text, for any secret', () => {
    const began = performance.now();
    for (const secret of ['\\'.repeat(40) + 'x', '%25'.repeat(40), '&amp;'.repeat(40), 'a'.repeat(8000)])
      maskSecrets((secret.slice(0, -1) + ' ').repeat(20), [secret]);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('masks the longest of overlapping secrets, and does not mask twice', () => {
    expect(maskSecrets('canary-long canary', ['canary', 'canary-long', MASK])).toBe(`${MASK} ${MASK}`);
  });

  test('leaves no secret in any text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (value, parts) => {
        fc.pre(!MASK.includes(value));
        const masked = maskSecrets(parts.join(value), [value]);
        expect(masked.split(MASK).some((part) => part.includes(value))).toBe(false);
      }),
    );
  });

  test('a text without secrets stays unchanged', () => {
    expect(maskSecrets('text', [])).toBe('text');
    expect(maskSecrets('text', [''])).toBe('text');
  });
});

test('maskHex keeps as many bytes', () => {
  const hex = Buffer.from('GET /?t=canary HTTP').toString('hex');
  expect(Buffer.from(maskHex(hex, ['canary']), 'hex').toString()).toBe('GET /?t=****** HTTP');
});
