import { describe, expect, test } from 'vitest';
import {
  createUnsentCount,
  cutOffSentence,
  partialSentence,
  autoCloseSentence,
} from '../../../../src/cli/connect/endReport.ts';

describe('the report about unsent messages and lines', () => {
  test('without any there is no sentence', async () => {
    const count = createUnsentCount();
    await count.settled(Promise.resolve());
    expect(count.sentence()).toBeUndefined();
  });

  test.each([
    [1, 0, '1 message was'],
    [2, 0, '2 messages were'],
    [0, 1, '1 line of the input was'],
    [1, 2, '1 message and 2 lines of the input were'],
  ])('%d messages and %d lines', async (messages, lines, told) => {
    const count = createUnsentCount();
    for (let i = 0; i < messages; i++) count.add('option');
    for (let i = 0; i < lines; i++) count.add('line');
    await count.settled(Promise.resolve());
    expect(count.sentence()).toBe(`${told} not sent: the connection ended first.`);
  });

  test('a continuing input is counted for a moment, and the sentence says so', async () => {
    const count = createUnsentCount();
    const timer = setInterval(() => count.add('line'), 5);
    const began = performance.now();
    await count.settled(new Promise(() => undefined));
    clearInterval(timer);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(count.sentence()).toMatch(/^At least \d+ lines of the input were not sent/);
  });
});

test('a partly sent or partly received message is reported with its bytes', () => {
  expect(cutOffSentence({ messages: 0, bytes: 0 })).toBeUndefined();
  expect(cutOffSentence({ messages: 1, bytes: 300 })).toContain('1 message with 300 bytes was not sent');
  expect(cutOffSentence({ messages: 2, bytes: 300 })).toContain('2 messages with 300 bytes were not sent');
  expect(partialSentence({ received: 5, size: 9, compressed: false })).toContain('5 of 9 bytes came');
  expect(partialSentence({ received: 5, size: undefined, compressed: true })).toContain(
    '5 compressed bytes came',
  );
});

test('a silence is reported only if it may have cut off an answer', () => {
  expect(autoCloseSentence({ by: 'silence', mayBeMore: true })).toContain('--wait');
  expect(autoCloseSentence({ by: 'silence', mayBeMore: false })).toBeUndefined();
  expect(autoCloseSentence({ by: 'wait', mayBeMore: true })).toBeUndefined();
});
