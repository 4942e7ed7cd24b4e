import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import { newTrace, type Trace } from '../../../../src/net/connection.ts';
import { BrokenOff } from '../../../../src/net/dial/tcp.ts';
import { endText, lostError, type EndFacts } from '../../../../src/net/failure/connectionEnd.ts';
import { classify, connectionError, nodeCodeOf } from '../../../../src/net/failure/connectionError.ts';
import { explainHandshakeFailure, timeOutError } from '../../../../src/net/failure/handshakeFailure.ts';
import { NotHttp } from '../../../../src/net/handshake/responseHead.ts';
import { targetOf } from '../../../../src/net/target.ts';
import { DuplexError } from '../../../../src/shared/errors.ts';
import type { CertificateDetail } from '../../../../src/shared/timeline.ts';

const options = (changes: object = {}) => connectOptions({ url: 'ws://a:80/', ...changes });
const failed = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('classify', () => {
  it.each([
    ['ENOTFOUND', 'dns.not-found'],
    ['EAI_AGAIN', 'dns.not-found'],
    ['ECONNREFUSED', 'tcp.refused'],
    ['ENOENT', 'tcp.refused'],
    ['ECONNRESET', 'tcp.reset'],
    ['EPIPE', 'tcp.reset'],
    ['ETIMEDOUT', 'tcp.timeout'],
    ['EHOSTUNREACH', 'tcp.timeout'],
    ['CERT_HAS_EXPIRED', 'tls.expired'],
    ['CERT_NOT_YET_VALID', 'tls.expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls.untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls.hostname'],
    ['EPROTO', 'tls.protocol'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls.protocol'],
    ['ERR_TLS_SOMETHING_NEW', 'tls.protocol'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls.client-certificate'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'tls.client-certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls.client-certificate'],
    ['ESOMETHING', 'internal'],
    ['', 'internal'],
  ])('converts %s to %s', (nodeCode, code) => {
    expect(classify(failed(nodeCode), 'a:80', options()).code).toBe(code);
  });

  it('recognises an alert about the certificate by its text, too', () => {
    const error = failed('EPROTO', 'sslv3 alert bad certificate:SSL alert number 42');
    expect(classify(error, 'a:443', options()).code).toBe('tls.client-certificate');
  });

  it('uses the first of several errors, because a host may have several addresses', () => {
    const both = new AggregateError([failed('ECONNREFUSED'), failed('ETIMEDOUT')], 'all failed');
    expect(nodeCodeOf(both)).toBe('ECONNREFUSED');
    expect(classify(both, 'a:80', options()).code).toBe('tcp.refused');
    expect(nodeCodeOf(new AggregateError([], 'none'))).toBe('');
  });

  it('does not repeat the text of an error that has a code, because it may hold credentials', () => {
    const error = failed('ECONNREFUSED', 'connect to ws://me:s3cret@a failed');
    expect(classify(error, 'a:80', options()).message).not.toContain('s3cret');
  });

  it('names the hosts of a certificate, and the requested name', () => {
    const error = failed('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(classify(error, 'a:443', options(), 'b, c').message).toContain('is for b, c and not for a:');
    expect(classify(error, 'a:443', options()).message).toContain('is for another host and not for a:');
    expect(classify(error, 'a:443', options({ servername: 'x' }), 'b').message).toContain(
      'is for b and not for x:',
    );
  });

  it('distinguishes a missing client certificate from a refused one', () => {
    const alert = failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    expect(classify(alert, 'a:443', options()).message).toContain('asks for a client certificate');
    expect(classify(alert, 'a:443', options({ pfx: '/a.p12' })).message).toContain(
      'refused the client certificate',
    );
  });

  it('recommends wss:// for a reset only if the URL is ws:', () => {
    const reset = failed('ECONNRESET');
    expect(classify(reset, 'a:80', options()).message).toContain('use wss://');
    expect(classify(reset, 'a:443', options({ url: 'wss://a/' })).message).not.toContain('use wss://');
  });

  it('uses the detail for a code without a sentence', () => {
    expect(connectionError('internal', 'a:80', options(), 'what happened').message).toBe('what happened');
  });
});

describe('the end of an open connection without a close frame', () => {
  const facts = (changes: Partial<EndFacts> = {}): EndFacts => ({
    host: 'a:80',
    by: 'peer',
    isTruncated: false,
    closeSent: false,
    idle: 0,
    hasTravelled: true,
    ...changes,
  });

  it.each<[Partial<EndFacts>, string]>([
    [{}, 'a:80 ended the TCP connection without a close frame.'],
    [
      { hasTravelled: false },
      'a:80 ended the TCP connection without a close frame, right after the handshake.',
    ],
    [{ by: 'here' }, 'This side ended the connection without a close handshake.'],
    [
      { by: 'here', closeSent: true },
      'a:80 did not answer the close frame within 5 s: this side ended the connection.',
    ],
    [{ closeSent: true }, 'a:80 ended the TCP connection instead of answering the close frame.'],
    [
      { closeSent: true, isTruncated: true },
      'a:80 ended the TCP connection instead of answering the close frame and without the close_notify of TLS, so its data may be truncated.',
    ],
    [{ idle: 999 }, 'a:80 ended the TCP connection without a close frame.'],
  ])('is described from %j', (changes, text) => {
    expect(endText(facts(changes), options())).toBe(text);
  });

  it('recommends a heartbeat after a long silence, unless a shorter one is set already', () => {
    const text = (changes: object): string => endText(facts({ idle: 60_040 }), options(changes));
    expect(text({})).toContain(', after 60 s in which nothing was sent or received (a proxy may end idle');
    expect(text({ heartbeat: 90_000 })).toContain('a proxy may end idle');
    expect(text({ heartbeat: 30_000 })).not.toContain('a proxy may end idle');
  });

  it.each([
    ['ECONNRESET', 'tcp.reset', 'a:80 reset the connection (ECONNRESET)'],
    ['EPROTO', 'tls.protocol', 'The TLS connection to a:80 broke after it was open (EPROTO)'],
    ['ETIMEDOUT', 'tcp.timeout', 'a:80 cannot be reached (ETIMEDOUT)'],
  ])('after the error %s has the code %s', (nodeCode, code, sentence) => {
    const error = lostError(failed(nodeCode), facts(), options());
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
  });
});

describe('explainHandshakeFailure', () => {
  interface Case {
    readonly trace?: Partial<Trace>;
    readonly options?: object;
    readonly home?: object;
    readonly wantsCertificate?: boolean;
    readonly url?: string;
  }
  function explain(
    error: Error,
    { trace, options: own, home, wantsCertificate = false, url = 'ws://a/' }: Case = {},
  ) {
    const kept = { ...newTrace(), ...trace };
    const explained = explainHandshakeFailure(error, {
      target: targetOf(url),
      options: options({ url, ...own }),
      home: options({ url, ...home }),
      trace: kept,
      wantsCertificate,
    });
    return { ...explained, message: explained.message, code: explained.code, trace: kept };
  }
  const exchange = (response: string) => [
    { with: 'server' as const, url: 'ws://a/', request: 'GET', response },
  ];

  it('passes on an error that has its own code', () => {
    const own = new DuplexError('url.invalid', 'no');
    expect(explain(own)).toMatchObject({ code: 'url.invalid', message: 'no' });
  });

  it.each([
    ['', 'closed the connection without a response to the handshake'],
    ['HTTP/1.1 1', 'closed the connection in the middle of its response to the handshake, after 10 bytes'],
  ])('says how much of the answer %j was received before the end', (response, sentence) => {
    const { code, message } = explain(new BrokenOff('gone'), {
      trace: { phase: 'http', exchanges: exchange(response) },
    });
    expect(code).toBe('tcp.reset');
    expect(message).toContain(sentence);
  });

  it('reports a reset before TLS is established as a failure of TLS', () => {
    expect(explain(failed('ECONNRESET'), { trace: { phase: 'tls' } }).code).toBe('tls.protocol');
  });

  it.each<[string, Case]>([
    [
      'a server that asked for one and hangs up without an answer',
      { wantsCertificate: true, trace: { phase: 'http', exchanges: exchange('') } },
    ],
    ['a server that hangs up on ours during TLS', { options: { pfx: '/a.p12' }, trace: { phase: 'tls' } }],
  ])('blames the client certificate for %s', (_, given) => {
    expect(explain(failed('ECONNRESET'), given).code).toBe('tls.client-certificate');
  });

  it('does not blame the certificate once an answer has begun', () => {
    const given: Case = { wantsCertificate: true, trace: { phase: 'http', exchanges: exchange('HTTP') } };
    expect(explain(failed('ECONNRESET'), given).code).toBe('tcp.reset');
  });

  it('says that a redirect withheld the certificate', () => {
    const { message } = explain(failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), {
      trace: { phase: 'tls', withheld: ['client certificate'] },
    });
    expect(message).toContain('The client certificate was withheld');
  });

  it('says that insecure does not apply to another origin', () => {
    const { message, code } = explain(failed('CERT_HAS_EXPIRED'), { home: { insecure: true } });
    expect(code).toBe('tls.expired');
    expect(message).toContain('A redirect led to this other origin');
  });

  it('lists at most five names of a certificate', () => {
    const names = (altNames: string, subject = 'CN=own, O=x'): string =>
      explain(failed('ERR_TLS_CERT_ALTNAME_INVALID'), {
        trace: {
          tls: {
            ...{ protocol: 'TLSv1.3', cipher: '', alpn: '', servername: '', verified: false },
            chain: [{ altNames, subject } as CertificateDetail],
          },
        },
      }).message;
    expect(names('DNS:a, DNS:b, IP Address:::1')).toContain('is for a, b, ::1 and not');
    expect(names('DNS:1, DNS:2, DNS:3, DNS:4, DNS:5, DNS:6, DNS:7')).toContain(
      'is for 1, 2, 3, 4, 5 and 2 more and',
    );
    expect(names('')).toContain('is for own and not');
    expect(names('', 'O=x')).toContain('is for another host and not');
  });

  describe('of an answer that is not HTTP', () => {
    const notHttp = (bytes: string | Buffer): NotHttp =>
      new NotHttp('it does not begin with HTTP/1', Buffer.from(bytes));

    it('recognises the protocol and keeps the first bytes as evidence', () => {
      const { message, code, trace } = explain(notHttp('SSH-2.0-OpenSSH_9.6\r\n'));
      expect(code).toBe('handshake.not-http');
      expect(message).toContain(
        'answers with SSH and not with HTTP/1.1 (SSH-2.0-OpenSSH_9.6): check the port',
      );
      expect(trace.firstBytes).toBe(Buffer.from('SSH-2.0-OpenSSH_9.6\r\n').toString('hex'));
    });

    it('recommends wss:// for TLS on a plain connection', () => {
      const alert = Buffer.from('15030300020228', 'hex');
      expect(explain(notHttp(alert)).message).toContain('connect with wss://');
      expect(explain(notHttp(alert), { url: 'wss://a/' }).message).toContain('check the port');
    });

    it('keeps at most 64 bytes of an unknown protocol, and shows no control characters', () => {
      const { trace, message } = explain(notHttp(Buffer.alloc(5_000, 0x1b)));
      expect(trace.firstBytes).toHaveLength(128);
      expect(message).not.toContain('\x1b');
    });

    it('names the protocol that ALPN agreed on', () => {
      const tls = {
        ...{ protocol: 'TLSv1.3', cipher: '', alpn: 'h2', servername: '', verified: true },
        chain: [],
      };
      const { message } = explain(notHttp('\0\0\0'), { trace: { tls } });
      expect(message).toContain('it speaks h2, which was offered by ALPN');
    });
  });
});

describe('the time-out of a handshake', () => {
  const at = (phase: Trace['phase']): DuplexError =>
    timeOutError(
      'a:80',
      { ...newTrace(), phase, proxy: 'http://p:3128' },
      options({ handshakeTimeout: 1_500 }),
    );

  it.each([
    ['dns', 'handshake.timeout', 'waited for its address'],
    ['tcp', 'tcp.timeout', 'no answer within 1.5 s'],
    ['proxy', 'proxy.unreachable', 'The proxy http://p:3128 did not connect to a:80 within 1.5 s'],
    ['tls', 'handshake.timeout', 'waited for TLS'],
    ['http', 'handshake.timeout', 'waited for an answer'],
  ] as const)('in phase %s has the code %s', (phase, code, sentence) => {
    expect(at(phase).code).toBe(code);
    expect(at(phase).message).toContain(sentence);
  });
});
