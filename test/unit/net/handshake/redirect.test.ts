import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../../src/core/session/secrets/mask.ts';
import {
  elsewhereOptions,
  isRedirectAllowed,
  redirectNote,
  redirectTarget,
} from '../../../../src/net/handshake/redirect.ts';
import { targetOf } from '../../../../src/net/target.ts';
import type { HeaderList } from '../../../../src/shared/timeline.ts';

const options = (changes: object = {}) => connectOptions({ url: 'wss://home.test/ws', ...changes });
const head = (status: number, ...headers: HeaderList) => ({
  ...{ version: '1.1', reason: '', rest: Buffer.alloc(0) },
  ...{ status, headers },
});
const to = (location: string, from = 'wss://home.test/a/b?c=1', status = 302) =>
  redirectTarget(head(status, ['Location', location]), targetOf(from))?.url;

describe('the target of a redirect', () => {
  it.each([
    ['/x', 'wss://home.test/x'],
    ['x', 'wss://home.test/a/x'],
    ['?d=2', 'wss://home.test/a/b?d=2'],
    ['//other.test/x', 'wss://other.test/x'],
    ['https://other.test/x', 'wss://other.test/x'],
    ['http://other.test/x', 'ws://other.test/x'],
    ['wss://other.test:8443/', 'wss://other.test:8443/'],
    ['WSS://OTHER.test/', 'wss://other.test/'],
    ['/x#fragment', 'wss://home.test/x'],
    ['', 'wss://home.test/a/b?c=1'],
    ['//me:pass@other.test/', 'wss://other.test/'],
  ])('is resolved from %j to %s', (location, url) => {
    expect(to(location)).toBe(url);
  });

  it.each([
    ['ftp://other.test/', 'another protocol'],
    ['javascript:alert(1)', 'a script'],
    ['data:text/html,x', 'data'],
    ['file:///etc/passwd', 'a file'],
    ['https://', 'no host'],
    ['https://other.test:0/', 'port 0'],
    ['https://other.test:99999/', 'a port that is none'],
    ['https://[::1/', 'a broken address'],
  ])('is missing for %j: %s', (location) => {
    expect(to(location)).toBeUndefined();
  });

  it.each([200, 101, 299, 400, 401, 500])('is missing for status %i', (status) => {
    expect(to('/x', undefined, status)).toBeUndefined();
  });

  it('is missing without a Location, and is the first of several', () => {
    const from = targetOf('ws://a/');
    expect(redirectTarget(head(302), from)).toBeUndefined();
    const both = head(302, ['location', '/first'], ['Location', '/second']);
    expect(redirectTarget(both, from)?.path).toBe('/first');
  });

  it.each([
    ['/other?x=1', '/other?x=1'],
    ['http://localhost/other', '/other'],
    ['http://elsewhere.test/other', undefined],
    ['http://localhost:8080/other', undefined],
  ])('stays at its Unix socket: %s', (location, path) => {
    const from = targetOf('ws+unix:/run/app.sock:/ws');
    const target = redirectTarget(head(302, ['Location', location]), from);
    expect(target?.path).toBe(path);
    if (target) expect(target.socketPath).toBe('/run/app.sock');
  });
});

describe('a redirect', () => {
  const allowed = (target: string, from = 'wss://home.test/', changes: object = {}) =>
    isRedirectAllowed(targetOf(target), targetOf(from), options(changes));

  it('may stay at its origin', () => {
    expect(allowed('wss://home.test/other')).toBe(true);
    expect(allowed('wss://home.test:443/other')).toBe(true);
  });

  it.each(['ws://home.test/', 'wss://home.test:8443/', 'wss://evil.test/', 'wss://home.test.evil.test/'])(
    'may not lead to %s',
    (target) => {
      expect(allowed(target)).toBe(false);
    },
  );

  it('may lead to an origin that the user named, and back', () => {
    const named = { redirectOrigins: ['wss://other.test'] };
    expect(allowed('wss://other.test/x', undefined, named)).toBe(true);
    expect(allowed('wss://home.test/x', 'wss://other.test/', named)).toBe(true);
    expect(allowed('wss://third.test/x', 'wss://other.test/', named)).toBe(false);
  });
});

describe('the options for another origin', () => {
  const home = targetOf('wss://home.test/');
  const elsewhere = (changes: object, hasCookies = false, at = home) =>
    elsewhereOptions(options(changes), at, hasCookies);

  it('withhold every value with a secret name, and keep the rest', () => {
    const { options: kept, withheld } = elsewhere({
      headers: [
        ['Authorization', 'Bearer x'],
        ['X-Api-Key', 'k'],
        ['Cookie', 'a=b'],
        ['User-Agent', 'me'],
        ['Host', 'home.test'],
      ],
    });
    expect(kept.headers).toEqual([['User-Agent', 'me']]);
    expect(withheld).toEqual(['Authorization', 'X-Api-Key', 'Cookie']);
  });

  it('withhold declared secrets under any name', () => {
    const { options: kept, withheld } = elsewhere({
      ...{ headers: [['X-Tenant', 'pre-s3cret-post']], secrets: ['s3cret', ''] },
      subprotocols: ['v1', 's3cret'],
    });
    expect(kept.headers).toEqual([]);
    expect(kept.subprotocols).toEqual(['v1']);
    expect(withheld).toEqual(['X-Tenant', 'Sec-WebSocket-Protocol']);
  });

  it('withhold client certificates, and everything that makes a connection less secure', () => {
    const { options: kept, withheld } = elsewhere({
      ...{ cert: '/c.pem', key: '/k.pem', passphrase: 'p', servername: 'x', insecure: true },
      minTlsVersion: 'TLSv1',
    });
    expect(kept).toMatchObject({
      cert: '',
      key: '',
      pfx: '',
      passphrase: '',
      servername: '',
      insecure: false,
    });
    expect(kept.minTlsVersion).toBe('');
    expect(withheld).toEqual(['client certificate']);
    expect(elsewhere({ minTlsVersion: 'TLSv1.3' }).options.minTlsVersion).toBe('TLSv1.3');
  });

  it('name each withheld credential once', () => {
    const { withheld } = elsewhere(
      {
        headers: [
          ['Cookie', 'a'],
          ['cookie', 'b'],
          ['AUTHORIZATION', 'c'],
        ],
      },
      true,
      targetOf('wss://me:pass@home.test/'),
    );
    expect(withheld).toEqual(['Cookie', 'AUTHORIZATION']);
  });

  it('withhold nothing of a connection without secrets', () => {
    expect(elsewhere({ headers: [['Origin', 'https://home.test']] }).withheld).toEqual([]);
  });
});

describe('the note of a redirect', () => {
  const note = (from: string, target: string, withheld: string[] = []) =>
    redirectNote(302, targetOf(from), targetOf(target), withheld);

  it('names only the path within one origin, with secrets masked', () => {
    expect(note('wss://a.test/x', 'wss://a.test/y?token=s3cret').text).toBe(
      `a.test:443 redirects to /y?token=${MASK} (HTTP 302).`,
    );
  });

  it('says that the connection is no longer encrypted, and what is withheld', () => {
    const { text, ...rest } = note('wss://a.test/', 'ws://b.test/', ['Cookie']);
    expect(text).toContain('to another origin, ws://b.test/ (HTTP 302)');
    expect(text).toContain('; the connection there is not encrypted; not sent there: Cookie.');
    expect(rest).toMatchObject({
      status: 302,
      from: 'wss://a.test/',
      to: 'ws://b.test/',
      withheld: ['Cookie'],
    });
  });

  it('lists nothing if nothing is withheld', () => {
    expect(note('ws://a.test/', 'ws://a.test/b')).not.toHaveProperty('withheld');
  });
});
