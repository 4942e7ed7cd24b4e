import { describe, expect, test } from 'vitest';
import { createFolderNames } from '../../../../src/cli/run/requestPorts.ts';
import { secretVariable } from '../../../../src/core/codegen/requestProgram.ts';
import { createTerminalOutside } from '../../../../src/cli/requestFiles/terminalOutside.ts';
import { exitStatusOf } from '../../../../src/cli/run/runFiles.ts';
import { variable } from '../../../../src/cli/optionValues.ts';
import { visibleJson } from '../../../../src/core/format/visible.ts';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { RunCause } from '../../../../src/core/request/run/runResult.ts';
import { failure, fileReport, result } from './reporters/results.ts';

describe('the exit status', () => {
  const of = (...causes: RunCause[]): number =>
    exitStatusOf([
      fileReport(
        'a.ws',
        causes.map((cause) => result(cause, { failure: failure({ cause }) })),
      ),
    ]);

  test('is 0 if all passed or there was nothing to run', () => {
    expect(exitStatusOf([])).toBe(0);
    expect(exitStatusOf([fileReport('a.ws', [result('x'), result('y', { status: 'skipped' })])])).toBe(0);
  });

  test('is the worst: 2, then 3, then 1', () => {
    expect([of('expectation'), of('timeout'), of('cancelled'), of('connection'), of('invalid')]).toEqual([
      1, 1, 1, 3, 2,
    ]);
    expect(of('expectation', 'connection')).toBe(3);
    expect(of('invalid', 'connection', 'expectation')).toBe(2);
  });
});

test('recordings have unique names of file and request, without path separators', () => {
  const nameOf = createFolderNames((name) => name === 'chat-3');
  const file = analyzeRequestFile('### Log in: ../../x\nws://h\n###\nws://h\n### 名\nws://h\n');
  const names = (uri: string) => file.requests.map((request) => nameOf({ uri, file, request }));
  expect(names('/w/chat.ws')).toEqual(['chat-1-Log-in-x', 'chat-2', 'chat-3-2']);
  expect(names('/other/chat.ws')).toEqual(['chat-1-Log-in-x-2', 'chat-2-2', 'chat-3-3']);
  expect(nameOf({ uri: `/w/${'x'.repeat(300)}.ws`, file, request: file.requests[0]! }).length).toBeLessThan(
    64,
  );
});

describe('on the command line', () => {
  test.each([
    ['apiToken', 'DUPLEX_SECRET_APITOKEN'],
    ['api-token.v2', 'DUPLEX_SECRET_API_TOKEN_V2'],
  ])('the secret %s is the variable %s', (name, expected) => {
    expect(secretVariable(name)).toBe(expected);
  });

  test('a question without a terminal is an error', async () => {
    const outside = createTerminalOutside(new AbortController().signal, false);
    const { remedies } = outside;
    expect(await outside.prompt('Name')).toBeUndefined();
    expect(remedies.prompt).toContain('--var');
    expect(remedies.secret('a-b')).toContain('DUPLEX_SECRET_A_B');
  });

  test('a variable is a name and the text after the first =', () => {
    expect(variable('a=b=c')).toEqual(['a', 'b=c']);
    expect(variable('a=')).toEqual(['a', '']);
    for (const wrong of ['S3CRET', '=S3CRET', '1x=S3CRET', 'a b=S3CRET'])
      expect(() => variable(wrong)).toThrow(/^A variable is written with =/);
  });

  test('JSON is read back unchanged and has no character that controls a terminal', () => {
    const value = { a: '\u001b[2J\u009b\u202e\u00ad\ufeff', b: 'ü✓😀' };
    const text = visibleJson(value);
    expect(text).not.toMatch(/[\u001b\u007f-\u009f\u00ad\u202e\ufeff]/);
    expect(text).toContain('ü✓😀');
    expect(JSON.parse(text)).toEqual(value);
  });
});
