import { describe, expect, it } from 'vitest';
import type { SessionId, SessionSummary } from '../../../src/shared/session.ts';
import { connectionFacts } from '../../../src/webview/header/facts.ts';
import type { Fact, FactContext } from '../../../src/webview/header/facts.ts';
import { HEADER_TEXT } from '../../../src/webview/header/headerTexts.ts';

const NOW = 1_800_000_000_000;

const session = (change: Partial<SessionSummary> = {}): SessionSummary => ({
  id: 's1' as SessionId,
  name: 'test',
  url: 'ws://127.0.0.1/',
  state: 'open',
  protocol: 'v1.json',
  extensions: 'permessage-deflate; client_max_window_bits=15',
  startedAt: NOW - 800_000,
  openedAt: NOW - 761_000,
  in: { messages: 1_204_331, bytes: 123_731_968 },
  out: { messages: 42, bytes: 1_536 },
  error: undefined,
  firstRow: 0,
  recordedBytes: 0,
  keep: true,
  unrecorded: undefined,
  roundTrip: undefined,
  pendingBytes: 0,
  lastReceivedAt: undefined,
  attempt: undefined,
  tls: undefined,
  proxy: '',
  insecure: false,
  framesKept: false,
  ...change,
});

const facts = (change: Partial<SessionSummary> = {}, more: Partial<FactContext> = {}): Fact[] =>
  connectionFacts(session(change), { remoteName: '', heartbeat: false, now: NOW, ...more });

const texts = (change: Partial<SessionSummary> = {}, more: Partial<FactContext> = {}): string[] =>
  facts(change, more).map(({ text }) => text);

const fact = (name: string, change: Partial<SessionSummary>, more?: Partial<FactContext>) =>
  facts(change, more).find((each) => each.name === name);

const TLS = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: true } as const;
const DAY = 24 * 60 * 60 * 1_000;
const inDays = (days: number): string => new Date(NOW + days * DAY).toISOString();

describe('connectionFacts', () => {
  it('shows the negotiated options, the duration and the counts', () => {
    expect(texts({ lastReceivedAt: NOW })).toEqual([
      'v1.json',
      'deflate',
      '00:12:41',
      'in 1,204,331 / 118 MiB',
      'out 42 / 1.5 KiB',
    ]);
  });

  it('explains the short forms', () => {
    const title = fact('extensions', {})?.title;
    expect(title).toContain('client_max_window_bits=15: the client looks back at most 32 KiB');
    expect(fact('in', {})?.title).toBe('1,204,331 messages, 123,731,968 bytes received');
  });

  it('leaves out missing facts', () => {
    expect(texts({ state: 'idle', protocol: '', extensions: '', openedAt: undefined })).toHaveLength(2);
  });

  it('does not count time after the connection has closed', () => {
    expect(texts({ state: 'closed' })).not.toContain('00:12:41');
  });

  it('shows the size on disk, or that nothing is kept', () => {
    expect(texts({ recordedBytes: 2_048 })).toContain('2.0 KiB on disk');
    expect(texts({ recordedBytes: 2_048, keep: false })).toContain('not kept');
  });

  it('shows the names of other extensions unchanged', () => {
    expect(texts({ extensions: 'x-one; a=1, permessage-deflate' })).toContain('x-one, deflate');
  });

  it('shows which machine connects if it is another one', () => {
    expect(texts({}, { remoteName: 'ssh-remote' })).toContain('from ssh-remote');
  });

  it('shows the proxy', () => {
    expect(fact('proxy', { proxy: 'http://proxy.test:3128/' })).toMatchObject({
      text: 'via proxy.test:3128',
      title: 'Through the proxy http://proxy.test:3128/',
    });
  });
});

describe('the idle time', () => {
  const idle = (change: Partial<SessionSummary>, more?: Partial<FactContext>): string | undefined =>
    fact('idle', change, more)?.text;

  it('is shown after a while', () => {
    expect(idle({ lastReceivedAt: NOW - 4_900 })).toBeUndefined();
    expect(idle({ lastReceivedAt: NOW - 12_000 })).toBe('idle 00:00:12');
  });

  it('counts from the opening, not from the previous connection', () => {
    expect(idle({ openedAt: NOW - 6_000, lastReceivedAt: NOW - 60_000 })).toBe('idle 00:00:06');
    expect(idle({ openedAt: NOW - 6_000, lastReceivedAt: undefined })).toBe('idle 00:00:06');
  });

  it('is not shown for a closed connection, or one with a heartbeat', () => {
    expect(idle({ state: 'closed', lastReceivedAt: NOW - 60_000 })).toBeUndefined();
    expect(idle({ lastReceivedAt: NOW - 60_000 }, { heartbeat: true })).toBeUndefined();
  });
});

describe('the round trips', () => {
  const roundTrip = { last: 12.4, min: 0.42, mean: 8, max: 1_250, answered: 20, lost: 0 };

  it('show the last one, and the others in the title', () => {
    expect(fact('roundTrip', { roundTrip })).toMatchObject({
      text: 'RTT 12 ms',
      title:
        'Round trip of a ping and its pong: at least 0.4 ms, 8.0 ms on average, at most 1.3 s\n20 pings answered, 0 lost',
      isWarning: false,
    });
  });

  it('warn of lost pings', () => {
    expect(fact('roundTrip', { roundTrip: { ...roundTrip, lost: 1 } })).toMatchObject({ isWarning: true });
    expect(fact('roundTrip', { roundTrip: { ...roundTrip, answered: 0, lost: 2 } })).toMatchObject({
      text: 'no pong yet',
      title: '0 pings answered, 2 lost',
    });
  });
});

describe('the bytes that wait to be sent', () => {
  it('are shown as a warning only if there are any', () => {
    expect(fact('pending', { pendingBytes: 0 })).toBeUndefined();
    expect(fact('pending', { pendingBytes: 3_145_728 })).toMatchObject({
      text: '3.0 MiB pending',
      isWarning: true,
    });
  });
});

describe('the security', () => {
  it('is the version of TLS behind a closed lock', () => {
    const tls = { ...TLS, validTo: inDays(200) };
    expect(fact('tls', { tls })).toMatchObject({ text: 'TLS 1.3', icon: 'lock' });
    expect(fact('tls', { tls })?.title).toContain('TLS_AES_256_GCM_SHA384');
    expect(fact('expiry', { tls })).toBeUndefined();
    expect(fact('tls', { tls: undefined })).toBeUndefined();
  });

  it('is always shown if any certificate is accepted, connected or not', () => {
    const open = { text: 'TLS 1.3, not verified', icon: 'unlock', isWarning: true };
    expect(fact('tls', { insecure: true, tls: { ...TLS, validTo: inDays(200) } })).toMatchObject(open);
    expect(fact('tls', { tls: { ...TLS, verified: false, validTo: inDays(200) } })).toMatchObject(open);
    expect(fact('tls', { insecure: true, state: 'failed' })).toMatchObject({ text: 'not verified' });
  });

  it.each([
    [13.5, 'certificate expires in 13 days'],
    [1.5, 'certificate expires in 1 day'],
    [0.5, 'certificate expires within a day'],
    [-2, 'certificate has expired'],
  ])('warns of a certificate that is valid for %d more days', (days, text) => {
    expect(fact('expiry', { tls: { ...TLS, validTo: inDays(days) } })).toMatchObject({
      text,
      isWarning: true,
    });
  });

  it('does not warn of one that is valid for two weeks, or of a date that cannot be read', () => {
    expect(fact('expiry', { tls: { ...TLS, validTo: inDays(14.5) } })).toBeUndefined();
    expect(fact('expiry', { tls: { ...TLS, validTo: '' } })).toBeUndefined();
  });
});

it('one message is not “1 messages”', () => {
  expect(HEADER_TEXT.counterTitle('1', '326', 'received')).toBe('1 message, 326 bytes received');
  expect(HEADER_TEXT.counterTitle('2', '326', 'sent')).toBe('2 messages, 326 bytes sent');
});
