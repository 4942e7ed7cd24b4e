import { describe, expect, it } from 'vitest';
import { closeHeadline } from '../../../../../src/core/session/doctor/closeCodes.ts';
import { diagnoseEnd } from '../../../../../src/core/session/doctor/diagnoseEnd.ts';
import type { OpenConnectionEnd } from '../../../../../src/core/session/doctor/diagnoseEnd.ts';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import type { GivenOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import type { Diagnosis } from '../../../../../src/shared/diagnosis.ts';
import type { Row } from '../../../../../src/shared/timeline.ts';

const row = (seq: number, time: number, preview: string): Row => ({
  ...{ seq, time, preview, kind: 'text', direction: 'in', size: 1, stored: 1, flags: 0 },
});

function ended(
  code: number,
  more: Partial<OpenConnectionEnd> = {},
  options: Partial<GivenOptions> = {},
): Diagnosis {
  const close = { code, reason: '', clean: code !== 1006, ...more.close };
  return diagnoseEnd(
    { direction: 'in', protocol: '', time: 5_000_000, ...more, close },
    connectOptions({ url: 'wss://host.test/', ...options }),
  );
}

const evidence = (diagnosis: Diagnosis): string[] =>
  diagnosis.evidence.map(({ label, value }) => `${label}: ${value}`);
const fixes = (diagnosis: Diagnosis): string[] => diagnosis.fixes.map(({ id }) => id);

describe('a close code', () => {
  it.each([
    [1001, '', /is going away/],
    [1003, '', /this kind of message/],
    [1006, '', /Connection lost without a close frame/],
    [1008, '', /policy/],
    [3003, '', /refuses access/],
    [4400, 'graphql-transport-ws', /breaks the GraphQL protocol/],
    [4401, 'graphql-transport-ws', /before the connection was acknowledged/],
    [4403, 'graphql-transport-ws', /refuses connection_init/],
    [4408, 'graphql-transport-ws', /connection_init came too late/],
    [4409, 'graphql-transport-ws', /id exists already/],
    [4429, 'graphql-transport-ws', /connection_init was sent twice/],
    [4401, '', /asks for credentials/],
    [4403, '', /refuses access/],
  ])('%i under “%s” has its meaning', (code, protocol, headline) => {
    expect(closeHeadline({ code }, protocol)?.headline).toMatch(headline);
  });

  it.each([1000, 1005, 4999, 4400, 4408, 4409, 4429])('%i has no known meaning', (code) => {
    expect(closeHeadline({ code }, '')).toBeUndefined();
  });
});

describe('a lost connection', () => {
  const text = 'host.test:443 ended the TCP connection without a close frame, right after the handshake.';

  it('has the kind of its end and the last messages', () => {
    const diagnosis = ended(1006, {
      close: { code: 1006, reason: '', clean: false, text },
      received: row(7, 3_500_000, '{"seq":7}'),
      sent: { ...row(6, 1_000_000, ''), summary: 'subscribe BTC' },
    });
    expect(diagnosis).toMatchObject({ headline: 'Connection lost without a close frame', cause: text });
    expect(evidence(diagnosis)).toEqual([
      'Code: 1006, no close frame',
      'Last received: #7, 1.5 s before: {"seq":7}',
      'Last sent: #6, 4.0 s before: subscribe BTC',
    ]);
  });

  it('says that nothing is known without a message, and cuts long messages', () => {
    const diagnosis = ended(1006, { received: row(1, 5_000_000, 'x'.repeat(500)) });
    expect(diagnosis.cause).toMatch(/the reason is unknown/);
    expect(evidence(diagnosis)[1]).toMatch(/^Last received: #1, 0\.0 s before: x{160}…$/);
  });

  it('offers options that are not set yet', () => {
    expect(fixes(ended(1006))).toEqual(['retry', 'reconnect', 'heartbeat']);
    expect(fixes(ended(1006, {}, { reconnect: 5, heartbeat: 1_000 }))).toEqual(['retry']);
  });
});

describe('a close frame', () => {
  it('shows code, meaning and reason', () => {
    const diagnosis = ended(1008, { close: { code: 1008, reason: 'token expired', clean: true } });
    expect(diagnosis.headline).toBe('The server refuses by its policy');
    expect(diagnosis.cause).toBe(
      'The server closed the connection. Check the credentials, the Origin header and the messages that were sent.',
    );
    expect(evidence(diagnosis)).toEqual([
      'Code: 1008, Policy violation',
      'Reason: token expired',
      'Closed by: The server',
    ]);
    expect(fixes(diagnosis)).toEqual(['enterAuthorization', 'origin', 'retry']);
  });

  it('with the code of an application is described as such', () => {
    const diagnosis = ended(4999, { direction: 'out' });
    expect(diagnosis).toMatchObject({
      headline: 'The server closed with 4999',
      cause: expect.stringContaining('application defines this code') as string,
    });
    expect(evidence(diagnosis)).toEqual(['Code: 4999', 'Closed by: This side']);
    expect(ended(3999).cause).toMatch(/knows no meaning/);
  });

  it.each([
    [1012, '', ['retry', 'reconnect']],
    [1009, '', ['retry']],
    [4403, '', ['enterAuthorization', 'retry']],
    [4403, 'graphql-transport-ws', ['retry']],
  ])('%i under “%s” offers fixes', (code, protocol, ids) => {
    expect(fixes(ended(code, { protocol }))).toEqual(ids);
  });

  it('replaces a token that was sent', () => {
    const headers = [['authorization', 'Bearer old']] as const;
    expect(ended(4401, {}, { headers }).fixes[0]?.label).toBe('Replace token…');
  });
});
