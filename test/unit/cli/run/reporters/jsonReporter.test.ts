import { expect, test } from 'vitest';
import { createJsonReporter } from '../../../../../src/cli/run/reporters/jsonReporter.ts';
import { failure, fileReport, result, runReport, step } from './results.ts';

test('the JSON report is one document with places counted from 1 and durations to the microsecond', () => {
  let text = '';
  const hostile = 'a\u001b\u009b\u202e';
  const files = [
    fileReport('a.ws', [
      result('one', { status: 'failed', steps: [step()], failure: failure({ actual: hostile, seq: 4 }) }),
      result('two', { index: 1 }),
    ]),
  ];
  createJsonReporter((more) => void (text += more)).ended(runReport(files, { status: 1 }));
  expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
  const place = { line: 2, column: 3, endLine: 2, endColumn: 10 };
  expect(JSON.parse(text)).toEqual({
    version: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    duration: 1234.5,
    status: 1,
    passed: 1,
    failed: 1,
    errors: 0,
    skipped: 0,
    files: [
      {
        file: 'a.ws',
        duration: 5,
        problems: [],
        warnings: [],
        requests: [
          {
            name: 'one',
            index: 0,
            status: 'failed',
            ...place,
            startedAt: 0,
            duration: 12.346,
            handshake: [],
            steps: [
              {
                ...place,
                index: 0,
                label: 'send hello',
                status: 'passed',
                startedAt: 0,
                duration: 1,
                expectations: [],
                captures: [],
              },
            ],
            failure: {
              ...place,
              cause: 'expectation',
              code: 'expect',
              message: 'It is not so.',
              actual: hostile,
              seq: 4,
            },
          },
          {
            name: 'two',
            index: 1,
            status: 'passed',
            ...place,
            startedAt: 0,
            duration: 12.346,
            handshake: [],
            steps: [],
          },
        ],
      },
    ],
  });
});
