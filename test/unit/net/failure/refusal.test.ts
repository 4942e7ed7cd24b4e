import { describe, expect, it } from 'vitest';
import {
  redirectProblem,
  refusalError,
  schemesOf,
  withheldSentence,
  type RefusedHandshake,
} from '../../../../src/net/failure/refusal.ts';
import type { HeaderList } from '../../../../src/shared/timeline.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';

function refused(
  status: number,
  changes: Partial<RefusedHandshake> & { headers?: HeaderList; reason?: string } = {},
) {
  const { headers = [], reason = '', ...rest } = changes;
  return refusalError({
    answer: { status, reason, headers },
    target: { address: 'a:80', secure: false },
    body: '',
    request: `${GET}\r\n`,
    certificate: { asked: false, sent: false },
    unusedDigest: false,
    withheld: [],
    ...rest,
  });
}

const withAuthorization = (value: string): string => `${GET}Authorization: ${value}\r\n\r\n`;
const asks = (...values: string[]): HeaderList => values.map((value) => ['WWW-Authenticate', value]);

describe('the sentence of a refused handshake', () => {
  it.each([
    [200, 'leads to a web page'],
    [204, 'its response has the details'],
    [302, 'its response has the details'],
    [400, 'its response has the details'],
    [401, 'send credentials, for example in an Authorization header'],
    [403, 'check the credentials and the Origin header'],
    [404, 'check the path of the URL'],
    [407, 'a proxy on the way asks for credentials'],
    [408, 'connect again'],
    [418, 'its response has the details'],
    [425, 'connect again'],
    [426, 'another protocol version'],
    [429, 'wait before the next attempt'],
    [500, "check the server's log"],
    [503, "check the server's log"],
    [599, "check the server's log"],
  ])('has a remedy for status %i', (status, remedy) => {
    const { code, message } = refused(status);
    expect(code).toBe('handshake.status');
    expect(message).toContain(`a:80 refused the handshake with HTTP ${status}: `);
    expect(message).toContain(remedy);
  });

  it('shows the reason of the server on one short line', () => {
    const { message } = refused(403, { reason: `no\u202e${'x'.repeat(500)}` });
    expect(message).toContain('no‹U+202E›xxx');
    expect(message.length).toBeLessThan(250);
    expect(message).not.toContain('\u202e');
  });

  it.each([
    'The plain HTTP request was sent to HTTPS port',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    'Client sent an HTTP request to an HTTPS server.',
  ])('recommends wss:// for a page that says: %s', (body) => {
    expect(refused(400, { body }).message).toContain('use wss://');
  });

  it('does not recommend wss:// to a connection over TLS', () => {
    const target = { address: 'a:443', secure: true };
    const body = 'The plain HTTP request was sent to HTTPS port';
    expect(refused(400, { body, target }).message).not.toContain('wss://');
  });
});

describe('a refusal for credentials', () => {
  it.each([
    [
      'Basic YTpi',
      asks('Basic realm="x"'),
      'does not accept the Basic credentials that were sent, so correct user',
    ],
    ['Bearer abc', asks('Bearer'), 'does not accept the Bearer credentials that were sent, so renew'],
    ['Bearer abc', asks('Basic realm="x"'), 'asks for Basic credentials and received the Bearer credentials'],
    ['Bearer abc', [], 'does not accept the Bearer credentials that were sent'],
    ['abc', [], 'does not accept the Authorization header that was sent'],
    ['abc', asks('Digest realm="x"'), 'asks for Digest credentials and received the Authorization header'],
  ])('is explained after %j', (sent, headers, sentence) => {
    expect(refused(401, { request: withAuthorization(sent), headers }).message).toContain(sentence);
  });

  it('never repeats a word of the header that may be a secret', () => {
    const { message } = refused(401, {
      request: withAuthorization('s3cret-token more'),
      headers: asks('Basic'),
    });
    expect(message).not.toContain('s3cret');
  });

  it('says that Digest credentials cannot answer the challenge of another scheme', () => {
    expect(refused(401, { unusedDigest: true, headers: asks('NTLM') }).message).toContain(
      'asks for NTLM credentials in a form that those given for Digest cannot answer',
    );
    expect(refused(401, { unusedDigest: true }).message).toContain('send credentials');
  });

  it('names the data withheld after a redirect to another origin', () => {
    const { message } = refused(401, { withheld: ['Authorization', 'Cookie'] });
    expect(message).toContain(
      'Authorization, Cookie were withheld, because a redirect led to this other origin;',
    );
    expect(message).toContain('connect to it directly');
  });

  it('does not mention the withheld data for another status', () => {
    expect(refused(404, { withheld: ['Authorization'] }).message).not.toContain('withheld');
  });
});

describe('a refusal for a client certificate', () => {
  const target = { address: 'a:443', secure: true };
  const asked = { asked: true, sent: false };

  it.each([495, 496])('is recognised by the status %i of nginx', (status) => {
    expect(refused(status, { target }).code).toBe('tls.client-certificate');
  });

  it.each([
    '<center>No required SSL certificate was sent</center>',
    'The SSL certificate error',
    'client certificate required',
    'Missing client certificate',
    'please provide a valid client certificate',
  ])('is recognised by the page if the server had asked for one: %s', (body) => {
    expect(refused(400, { target, body, certificate: asked }).code).toBe('tls.client-certificate');
    expect(refused(400, { target, body }).code).toBe('handshake.status');
    expect(refused(500, { target, body, certificate: asked }).code).toBe('handshake.status');
  });

  it('is never reported for a connection without TLS', () => {
    expect(refused(496).code).toBe('handshake.status');
  });

  it('distinguishes a missing certificate, an unaccepted one and a withheld one', () => {
    expect(refused(496, { target, certificate: asked }).message).toContain('so give it one that it accepts');
    expect(refused(496, { target, certificate: { asked: true, sent: true } }).message).toContain(
      'does not accept the client certificate',
    );
    expect(refused(496, { target, withheld: ['client certificate'] }).message).toContain(
      'the client certificate was withheld',
    );
  });
});

describe('schemesOf', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['Basic realm="a"'], ['Basic']],
    [['Basic'], ['Basic']],
    [['Basic realm="a, Digest b"'], ['Basic']],
    [['Basic realm="a\\", Bearer x"'], ['Basic']],
    [['Digest realm="a", nonce="b", Basic realm="c"'], ['Digest', 'Basic']],
    [['Negotiate, NTLM'], ['Negotiate', 'NTLM']],
    [['Basic realm="a"', 'Basic realm="b"'], ['Basic']],
    [[''], []],
    [['=,=,,"'], []],
    [['A x, B x, C x, D x, E x, F x, G x'], ['A', 'B', 'C', 'D', 'E']],
  ])('finds in %j: %j', (challenges, schemes) => {
    expect(schemesOf(challenges)).toEqual(schemes);
  });

  it.each([
    ['commas', ','.repeat(200_000)],
    ['quotes', '"'.repeat(200_001)],
    ['backslashes in quotes', `"${'\\'.repeat(200_001)}`],
    ['blanks', `a${' '.repeat(20_000)}=`],
  ])('takes little time for a long challenge of %s', (_, value) => {
    const start = performance.now();
    schemesOf([value]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('a redirect that is not followed', () => {
  it.each([
    [undefined, 'redirects to another origin, wss://b/: connect to that one if you trust it'],
    [0, 'redirects, to wss://b/: connect there, or raise'],
    [5, 'redirects more than 5 times: its redirects may form a loop'],
  ])('is explained with the limit %s', (limit, sentence) => {
    const problem = redirectProblem('a:80', 'wss://b/', limit);
    expect(problem.code).toBe('handshake.redirect');
    expect(problem.message).toContain(sentence);
  });

  it('uses the singular or the plural', () => {
    expect(withheldSentence(['Cookie'])).toMatch(/^Cookie was withheld/);
    expect(withheldSentence(['Cookie', 'X-Token'])).toMatch(/^Cookie, X-Token were withheld/);
  });
});
