import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestItem, TestRun } from 'vscode';
import type {
  ExpectationResult,
  RequestResult,
  RunFailure,
} from '../../../../src/core/request/run/runResult.ts';
import type { TestItems } from '../../../../src/vscode/testing/testItems.ts';
import { reportResult } from '../../../../src/vscode/testing/testResults.ts';

vi.mock('vscode', async () => ({
  ...(await import('../support/fakeVscode.ts')),
  TestMessage: class {
    constructor(readonly message: string | { readonly value: string }) {}
  },
}));

const text = (message: unknown): string => {
  const { message: said } = message as { readonly message: string | { readonly value: string } };
  return typeof said === 'string' ? said : said.value;
};

const at = (line: number): ExpectationResult['range'] => ({
  start: { line, character: 0 },
  end: { line, character: 9 },
});

const check = { id: 'check' } as TestItem;
const request = { id: 'request' } as TestItem;
/** A request with an expectation in line 3. */
const items = { checkAt: (_: TestItem, line: number) => (line === 3 ? check : undefined) } as TestItems;

const failed: ExpectationResult = {
  range: at(3),
  status: 'failed',
  expected: '$.a == 1',
  actual: '2',
  seq: 4,
};

function result(failure: RunFailure, handshake: readonly ExpectationResult[] = []): RequestResult {
  const status = failure.cause === 'invalid' ? 'error' : 'failed';
  return { name: 'a', status, duration: 5, handshake, steps: [], failure } as unknown as RequestResult;
}

describe('the Test Explorer', () => {
  const said: [string, string, string[]][] = [];
  const say =
    (how: string) =>
    ({ id }: TestItem, messages: unknown): void =>
      void said.push([how, id, [messages].flat().map(text)]);
  const run = {
    appendOutput: () => undefined,
    failed: say('failed'),
    errored: say('errored'),
  } as unknown as TestRun;

  beforeEach(() => void said.splice(0));

  test('reports an unmet expectation at its line, and not again at the request', () => {
    const failure: RunFailure = {
      cause: 'expectation',
      code: 'expect',
      message: 'Expected.',
      range: at(3),
    };
    reportResult(run, items, request, result(failure, [failed]));
    expect(said).toEqual([
      ['failed', 'check', ['expected $.a == 1, got 2']],
      ['failed', 'request', []],
    ]);
  });

  test('reports at the request why an expectation could not be judged', () => {
    const failure: RunFailure = {
      cause: 'invalid',
      code: 'disk.denied',
      message: 'The schema cannot be read.',
      range: at(3),
    };
    reportResult(run, items, request, result(failure));
    expect(said).toEqual([['errored', 'request', ['The schema cannot be read.']]]);
  });

  test('reports also for a passed request that certificates were not verified', () => {
    const lines: string[] = [];
    const explorer = {
      appendOutput: (line: string) => void lines.push(line),
      passed: () => undefined,
    } as unknown as TestRun;
    const passed = { name: 'a', status: 'passed', duration: 5, handshake: [], steps: [] };
    reportResult(explorer, items, request, passed as unknown as RequestResult);
    expect(lines).toEqual(['✓ a\r\n']);
    reportResult(explorer, items, request, { ...passed, insecure: true } as unknown as RequestResult);
    expect(lines.slice(1)).toEqual(['✓ a\r\n', '  ! The certificate of the server is not verified.\r\n']);
  });
});
