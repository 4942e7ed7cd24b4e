import { describe, expect, test } from 'vitest';
import { EXIT, statusOfError, worst } from '../../../../src/cli/exitStatus.ts';
import { createOutcome, type Outcome } from '../../../../src/cli/output/outcome.ts';
import { DuplexError } from '../../../../src/shared/errors.ts';
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

test('it is 3 if it was cancelled before it opened', () => {
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

test('a close after a failure does not change the status', () => {
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

test('an internal error takes precedence', () => {
  const outcome = opened();
  row(outcome, 'close', { code: 4000 });
  outcome.fault(EXIT.usage);
  expect(outcome.status).toBe(EXIT.usage);
});

test('a lost part of a message is a failed connection, whoever closed it', () => {
  const outcome = opened();
  outcome.closing();
  row(outcome, 'close', { code: 1000 });
  expect(outcome.status).toBe(EXIT.ok);
  outcome.lost();
  expect(outcome.status).toBe(EXIT.connection);
});

test('only an error row counts as reported, until another connection opens', () => {
  const outcome = opened();
  row(outcome, 'close', { code: 4000 });
  expect(outcome.failed).toBe(false);
  row(outcome, 'error', { code: 'tcp.reset' });
  expect(outcome.failed).toBe(true);
  row(outcome, 'open', { status: 101 });
  expect(outcome.failed).toBe(false);
});

test('an internal error is 70, any other of a command 2', () => {
  expect(statusOfError(new DuplexError('internal', ''))).toBe(70);
  expect(statusOfError(new DuplexError('disk.full', ''))).toBe(2);
  expect(statusOfError(new DuplexError('call.invalid', ''))).toBe(2);
});

test('the worst of several statuses is 70, then 2, then 3', () => {
  expect(worst()).toBe(0);
  expect(worst(EXIT.usage, EXIT.internal, EXIT.connection)).toBe(70);
  expect(worst(EXIT.ok, EXIT.connection)).toBe(3);
  expect(worst(EXIT.connection, EXIT.usage, EXIT.ok)).toBe(2);
});
