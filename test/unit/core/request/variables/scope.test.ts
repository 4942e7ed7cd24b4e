import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { createFileScope, type Resolved } from '../../../../../src/core/request/variables/scope.ts';
import type { ValuePorts } from '../../../../../src/core/request/variables/value.ts';

/** Counts up, so that each value that is made differs from the one before. */
function countingPorts(): ValuePorts {
  let count = 0;
  return {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    randomBytes: (length) => new Uint8Array(length).fill(++count),
  };
}

/** The resolved messages of the file's requests, in order. */
function messages(source: string, ports = countingPorts(), kept?: Map<string, string>): Resolved[] {
  const file = analyzeRequestFile(source);
  const scope = createFileScope(file.variables, ports, kept);
  return file.requests.flatMap(({ steps }) =>
    steps.map(({ payload }) => scope.resolve(payload!.kind === 'text' ? payload!.text : payload!.path)),
  );
}

const request = (payload: string): string => `WEBSOCKET ws://localhost\n\n${payload}\n`;

describe('a reference means', () => {
  test('the definition above it, at any depth', () => {
    expect(messages(`@a = 1\n@b = {{a}}{{a}}\n@c = <{{b}}>\n${request('{{c}} {{a}}')}`)).toEqual([
      { text: '<11> 1' },
    ]);
  });

  test('the last one above it if there are several', () => {
    const source = `@a = 1\n@b = {{a}}\n${request('{{a}} {{b}}')}###\n@a = 2\n${request('{{a}} {{b}}')}`;
    expect(messages(source)).toEqual([{ text: '1 1' }, { text: '2 1' }]);
  });

  test('the first one below it if there is none above', () => {
    expect(messages(`@b = {{a}}\n${request('{{b}}')}###\n@a = 1\n###\n@a = 2`)).toEqual([{ text: '1' }]);
  });

  test('an empty value if it is defined so', () => {
    expect(messages(`@a =\n${request('<{{a}}>')}`)).toEqual([{ text: '<>' }]);
  });

  test('nothing without a definition, and the error has its place', () => {
    expect(messages(request('x {{a}} {{b}}'))).toEqual([
      {
        problems: [
          expect.objectContaining({
            code: 'variable.unknown',
            range: { start: { line: 2, character: 2 }, end: { line: 2, character: 7 } },
          }),
          expect.objectContaining({ code: 'variable.unknown' }),
        ],
      },
    ]);
  });

  test('nothing if definitions form a circle, and the error shows the circle', () => {
    const ring = '@a = {{b}}\n@b = {{c}}\n@c = {{a}}\n';
    expect(messages(`${ring}${request('{{b}}')}`)).toEqual([
      {
        problems: [
          expect.objectContaining({
            code: 'variable.cycle',
            message: expect.stringContaining('b → c → a → b') as string,
          }),
        ],
      },
    ]);
  });

  test('its value, even if a variable that needs it is part of a circle', () => {
    expect(messages(`@x = 1\n@a = {{x}}{{a}}\n${request('{{x}}')}`)).toEqual([{ text: '1' }]);
  });
});

describe('a value that is made', () => {
  test('differs for each reference in a message', () => {
    const [first, second] = messages(`${request('{{$uuid}}')}###\n${request('{{$uuid}}')}`);
    expect(first).not.toEqual(second);
  });

  test('stays the same in a variable of the file', () => {
    const source = `@id = {{$uuid}}\n${request('{{id}} {{id}}')}`;
    const [message] = messages(source) as [{ text: string }];
    const [one, two] = message.text.split(' ');
    expect(one).toBe(two);
  });

  test('stays the same in a later scope with the kept values, until its definition changes', () => {
    const ports = countingPorts();
    const kept = new Map<string, string>();
    const source = `@id = {{$uuid}}\n${request('{{id}}')}`;
    const [first] = messages(source, ports, kept);
    expect(messages(`# a line more\n${source}`, ports, kept)).toEqual([first]);
    expect(messages(source, ports)).not.toEqual([first]);
    expect(messages(source.replace('{{$uuid}}', 'x{{$uuid}}'), ports, kept)).not.toEqual([first]);
  });

  test('differs between two definitions that read the same', () => {
    const definition = '@id = {{$uuid}}\n';
    const source = `${definition}${request('{{id}}')}###\n${definition}${request('{{id}}')}`;
    const [first, second] = messages(source, countingPorts(), new Map());
    expect(first).not.toEqual(second);
  });

  test('is the only kind that is kept: other variables are resolved again', () => {
    const kept = new Map<string, string>();
    messages(`@a = 1\n@b = {{a}}\n${request('{{b}}')}`, countingPorts(), kept);
    expect(kept.size).toBe(0);
  });
});

test('a text from another file is resolved at the place of its use', () => {
  const file = analyzeRequestFile(`@a = 1\n${request('x')}###\n@a = 2\n${request('y')}`);
  const scope = createFileScope(file.variables, countingPorts());
  const { payload } = file.requests[1]!.steps[0]!;
  const reference = analyzeRequestFile(request('{{a}} {{b}}')).requests[0]!.steps[0]!.payload!;
  if (reference.kind !== 'text') throw new Error('not a text');
  expect(
    scope.resolve({ ...reference.text, parts: reference.text.parts.slice(0, 1) }, payload!.range),
  ).toEqual({
    text: '2',
  });
  expect(scope.resolve(reference.text, payload!.range)).toEqual({
    problems: [expect.objectContaining({ code: 'variable.unknown', range: payload!.range })],
  });
});
