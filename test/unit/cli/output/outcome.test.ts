import { describe, expect, test } from 'vitest';
import { EXIT, worst } from '../../../../src/cli/exitStatus.ts';
import { createOutcome, type Outcome } from '../../../../src/cli/output/outcome.ts';
import type { Kind } from '../../../../src/shared/timeline.ts';

function row(outcome: Outcome, kind: Kind, detail: object): void {
  const payload = new TextEncoder().encode(JSON.stringify(detail));
  outcome.row({ seq: 0, time: 0, kind, direction: 'none' }, payload);
}

function opened(): Outcome {
  const outcome = createOutcome();
  row(outcome, 'open', { status: 101 });
  return outcome;
}

test('without an open connection the status is 3', () => {
  expect(createOutcome().status).toBe(EXIT.connection);
  const refused = createOutcome();
  row(refused, 'error', { code: 'handshake.status' });
  expect(refused.status).toBe(EXIT.connection);
});

test('cancelled before it opened, it is 3 as well', () => {
  const outcome = createOutcome();
  outcome.closing();
  expect(outcome.status).toBe(EXIT.connection);
});

describe('the server closes', () => {
  test.each([1000, 1001, 1005])('with %i: 0', (code) => {
    const outcome = opened();
    row(outcome, 'close', { code });
    expect(outcome.status).toBe(EXIT.ok);
  });

  test.each([1002, 1003, 1006, 1007, 1009, 1011, 3000, 4000, undefined])('with %s: 3', (code) => {
    const outcome = opened();
    row(outcome, 'close', { code });
    expect(outcome.status).toBe(EXIT.connection);
  });
});

describe('we close', () => {
  test.each([1000, 1006, 4000])('and it comes with %i: 0', (code) => {
    const outcome = opened();
    outcome.closing();
    row(outcome, 'close', { code });
    expect(outcome.status).toBe(EXIT.ok);
  });

  test('and the wire is cut meanwhile: 0', () => {
    const outcome = opened();
    outcome.closing();
    row(outcome, 'error', { code: 'tcp.reset' });
    row(outcome, 'close', { code: 1006 });
    expect(outcome.status).toBe(EXIT.ok);
  });

  test('and a message is lost meanwhile: 3', () => {
    const outcome = opened();
    outcome.closing();
    row(outcome, 'error', { code: 'limit.payload' });
    expect(outcome.status).toBe(EXIT.connection);
  });
});

test('a failure is not made good by a close after it', () => {
  const outcome = opened();
  row(outcome, 'error', { code: 'protocol.frame' });
  outcome.closing();
  row(outcome, 'close', { code: 1000 });
  expect(outcome.status).toBe(EXIT.connection);
});

test('of several connections the last one counts', () => {
  const outcome = opened();
  row(outcome, 'error', { code: 'tcp.reset' });
  row(outcome, 'close', { code: 1006 });
  expect(outcome.status).toBe(EXIT.connection);
  row(outcome, 'open', { status: 101 });
  expect(outcome.status).toBe(EXIT.ok);
  row(outcome, 'close', { code: 1011 });
  expect(outcome.status).toBe(EXIT.connection);
});

test('messages change nothing', () => {
  const outcome = opened();
  row(outcome, 'text', { code: 4000 });
  expect(outcome.status).toBe(EXIT.ok);
});

test('a fault of our own outweighs the rest', () => {
  const outcome = opened();
  row(outcome, 'close', { code: 4000 });
  outcome.fault();
  expect(outcome.status).toBe(EXIT.usage);
});

test('of several statuses 2 is the worst, then 3', () => {
  expect(worst()).toBe(0);
  expect(worst(EXIT.ok, EXIT.connection)).toBe(3);
  expect(worst(EXIT.connection, EXIT.usage, EXIT.ok)).toBe(2);
});
