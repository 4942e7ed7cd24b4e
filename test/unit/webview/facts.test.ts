import { describe, expect, it } from 'vitest';
import type { SessionId, SessionSummary } from '../../../src/shared/session.ts';
import { connectionFacts } from '../../../src/webview/header/facts.ts';

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

const texts = (
  change: Partial<SessionSummary> = {},
  remote = '',
  lastActivity: number | undefined = NOW,
): string[] => connectionFacts(session(change), remote, NOW, lastActivity).map(({ text }) => text);

describe('connectionFacts', () => {
  it('tells what was agreed, for how long, and what passed', () => {
    expect(texts()).toEqual(['v1.json', 'deflate', '00:12:41', 'in 1,204,331 / 118 MB', 'out 42 / 1.5 KB']);
  });

  it('explains the short forms', () => {
    const facts = connectionFacts(session(), '', NOW, NOW);
    expect(facts.find(({ name }) => name === 'extensions')?.title).toContain('client_max_window_bits=15');
    expect(facts.find(({ name }) => name === 'in')?.title).toBe(
      '1,204,331 messages with 123,731,968 bytes received',
    );
  });

  it('leaves out what is not there', () => {
    expect(texts({ state: 'idle', protocol: '', extensions: '', openedAt: undefined })).toHaveLength(2);
  });

  it('does not count time after the connection has closed', () => {
    expect(texts({ state: 'closed' })).not.toContain('00:12:41');
  });

  it('tells idle time once it is worth telling', () => {
    expect(texts({}, '', NOW - 1_500).some((text) => text.startsWith('idle'))).toBe(false);
    expect(texts({}, '', NOW - 12_000)).toContain('idle 00:00:12');
    expect(texts({ openedAt: NOW - 5_000 }, '', NOW - 60_000)).toContain('idle 00:00:05');
    expect(texts({ state: 'closed' }, '', NOW - 60_000).some((text) => text.startsWith('idle'))).toBe(false);
  });

  it('tells the size on disk, or that nothing is kept', () => {
    expect(texts({ recordedBytes: 2_048 })).toContain('2.0 KB on disk');
    expect(texts({ recordedBytes: 2_048, keep: false })).toContain('not kept');
  });

  it('names other extensions as they are', () => {
    expect(texts({ extensions: 'x-one; a=1, permessage-deflate' })).toContain('x-one, deflate');
  });

  it('tells which machine connects, where that is another one', () => {
    expect(texts({}, 'ssh-remote')).toContain('from ssh-remote');
  });
});
