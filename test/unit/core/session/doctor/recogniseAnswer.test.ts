import { describe, expect, it } from 'vitest';
import { recogniseAnswer } from '../../../../../src/core/session/doctor/recogniseAnswer.ts';

/** @param text Latin-1 */
const recognise = (text: string): string | undefined =>
  recogniseAnswer(Buffer.from(text, 'latin1').toString('hex'));

describe('an answer that is not HTTP', () => {
  it.each([
    ['TLS', '\x15\x03\x01\x00\x02\x02\x46'],
    ['TLS', '\x16\x03\x03\x00\x7a\x02'],
    ['HTTP/2', '\x00\x00\x12\x04\x00\x00\x00\x00\x00'],
    ['HTTP/2', '\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian-2'],
    ['VNC', 'RFB 003.008\n'],
    ['RTSP', 'RTSP/1.0 400 Bad Request\r\n'],
    ['SIP', 'SIP/2.0 400 Bad Request\r\n'],
    ['another version of HTTP', 'HTTP/2 400\r\n'],
    ['AMQP', 'AMQP\x00\x00\x09\x01'],
    ['NATS', 'INFO {"server_id":"x"} \r\n'],
    ['Redis', "-ERR wrong number of arguments for 'get' command\r\n"],
    ['Redis', '-ERR unknown command'],
    ['Redis', '-DENIED Redis is running in protected mode'],
    ['Redis', '-NOAUTH Authentication required.\r\n'],
    ['Redis or POP3', '-ERR something else'],
    ['POP3 or Redis', '+OK Dovecot ready.\r\n'],
    ['IMAP', '* OK [CAPABILITY IMAP4rev1] ready\r\n'],
    ['SMTP', '220 mail.test ESMTP Postfix\r\n'],
    ['SMTP', '554 mail.test SMTP\r\n'],
    ['FTP', '220 (vsFTPd 3.0.3)\r\n'],
    ['SMTP or FTP', '220 ready\r\n'],
    ['memcached', 'ERROR\r\n'],
    ['MySQL', 'J\x00\x00\x00\x0a8.0.36\x00'],
    ['PostgreSQL', 'E\x00\x00\x00\x8bSFATAL\x00'],
    ['Telnet', '\xff\xfd\x18\xff\xfd\x20'],
    ['MQTT', '\x20\x02\x00\x01'],
    ['XMPP', "<?xml version='1.0'?><stream:stream"],
    ['IRC', ':irc.test NOTICE AUTH :*** Looking up'],
    ['HTML without the head of an HTTP answer', '<!DOCTYPE html><html>'],
    ['JSON without the head of an HTTP answer', '{"error":"x"}'],
    ['WebSocket frames without a handshake', '\x81\x05hello'],
  ])('is recognised: %s', (name, text) => {
    expect(recognise(text)).toBe(name);
  });

  it.each(['whatever', '', 'HTTP/1.1 Ok', 'HTTP/1.1 200 OK\r\n', '-', '22', '\x00\x00\x00'])(
    'is left alone if it is not certain: %j',
    (text) => {
      expect(recognise(text)).toBeUndefined();
    },
  );
});
