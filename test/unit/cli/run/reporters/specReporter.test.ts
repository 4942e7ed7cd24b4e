import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { roundedDuration } from '../../../../../src/cli/run/reporters/failureLines.ts';
import { createSpecReporter } from '../../../../../src/cli/run/reporters/specReporter.ts';
import { failure, fileReport, result, runReport, step } from './results.ts';

function reporter() {
  const out = { text: '' };
  return { out, spec: createSpecReporter((text) => void (out.text += text), picocolors.createColors(false)) };
}

describe('the report for people', () => {
  test('prints a request as soon as it ends', () => {
    const { out, spec } = reporter();
    spec.fileStarted!('a.ws', []);
    expect(out.text).toBe('a.ws\n');
    spec.requestEnded!('a.ws', result('one'));
    expect(out.text).toBe('a.ws\n  ✓ one (12 ms)\n');
  });

  test('prints files that run in parallel one after the other, in the order of their starts', () => {
    const { out, spec } = reporter();
    spec.fileStarted!('a.ws', []);
    spec.fileStarted!('b.ws', []);
    spec.fileStarted!('c.ws', []);
    spec.requestEnded!('c.ws', result('c1'));
    spec.fileEnded!(fileReport('c.ws'));
    spec.requestEnded!('b.ws', result('b1'));
    spec.requestEnded!('a.ws', result('a1'));
    expect(out.text).not.toContain('b1');
    spec.fileEnded!(fileReport('a.ws'));
    expect(out.text).toMatch(/a\.ws\n.*a1.*\nb\.ws\n.*b1.*\n$/);
    spec.requestEnded!('b.ws', result('b2'));
    spec.fileEnded!(fileReport('b.ws'));
    expect(out.text.match(/[abc]\d/g)).toEqual(['a1', 'b1', 'b2', 'c1']);
  });

  test('shows the passed steps of a failed request, and the reason', () => {
    const { out, spec } = reporter();
    spec.fileStarted!('a.ws', []);
    spec.requestEnded!(
      'a.ws',
      result('one', {
        status: 'failed',
        steps: [
          step(),
          step({ label: 'wait', status: 'failed', received: 4, latency: 3.2 }),
          step({ label: 'send more', status: 'skipped' }),
        ],
        failure: failure({
          expected: '$.a == 1',
          actual: '2',
          seq: 4,
          best: { seq: 3, expected: '$.a == 1', actual: '0', closeness: 0.5 },
        }),
        session: { id: 'x', recording: '/elsewhere/rec' },
      }),
    );
    expect(out.text.split('\n')).toEqual([
      'a.ws',
      '  ✗ one (12 ms)',
      '      ✓ send hello',
      '      ✗ wait (row 4, 3 ms)',
      '    a.ws:2:3 expect',
      '    It is not so.',
      '      expected  $.a == 1',
      '      got       2 (row 4)',
      '      closest   row 3: $.a == 1 was 0',
      '    recorded in /elsewhere/rec',
      '',
    ]);
  });

  test('counts passed, failed and skipped requests, and those that could not run', () => {
    const { out, spec } = reporter();
    const problem = {
      file: 'b.ws',
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 2,
      severity: 'error',
      code: 'x.y',
      message: 'No.',
    } as const;
    const files = [
      fileReport('a.ws', [
        result('1'),
        result('2', { status: 'failed' }),
        result('3', { status: 'error' }),
        result('4', { status: 'skipped' }),
      ]),
      fileReport('b.ws', [], { problems: [problem] }),
    ];
    spec.fileStarted!('b.ws', []);
    spec.fileEnded!(files[1]!);
    spec.ended(runReport(files));
    expect(out.text).toBe(
      'b.ws\n  ! b.ws:1:1 error x.y No.\n\n1 passed, 1 failed, 2 could not be run, 1 skipped (1.2 s)\n',
    );
  });

  test('prints no character that controls a terminal', () => {
    const { out, spec } = reporter();
    const hostile = 'a\u001b[2J\r\u202e\n';
    spec.fileStarted!(hostile, []);
    spec.requestEnded!(
      hostile,
      result(hostile, {
        status: 'failed',
        steps: [step({ label: hostile, status: 'failed' })],
        failure: failure({ message: hostile, expected: hostile, actual: hostile }),
        session: { id: 'x', recording: `/rec/${hostile}` },
      }),
    );
    expect(out.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(out.text.split('\n')).toHaveLength(9);
  });
});

test.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1234, '1.2 s'],
  [59_999, '60.0 s'],
  [61_000, '1 min 1 s'],
])('%d milliseconds read %s', (milliseconds, text) => {
  expect(roundedDuration(milliseconds)).toBe(text);
});
