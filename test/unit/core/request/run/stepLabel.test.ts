import { expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { stepLabel, stepLine } from '../../../../../src/core/request/run/stepLabel.ts';

const file = analyzeRequestFile(`@token = secret
WEBSOCKET ws://h

  {"a":
   "{{token}}", "filler": "${'x'.repeat(100)}"}
=== wait-for-server
# @where $.a == 1
< ./file.bin
===
// a comment
# @ping still there?
===
# @close
=== wait-for-server
===
=== wait-for-server
# @echo
`);
const steps = file.requests[0]!.steps;

test('a step is labelled by its action, as written', () => {
  const [first, ...others] = steps.map(stepLabel);
  expect(first).toMatch(/^send \{"a": "\{\{token\}\}", "filler": "x+…$/);
  expect(first!.length).toBeLessThan(80);
  expect(others).toEqual([
    'wait $.a == 1, send ./file.bin',
    'ping still there?',
    'close',
    'wait',
    'nothing',
    'wait, echo',
  ]);
});

test('a credential in its payload is masked, a reference is not', () => {
  const labelOf = (payload: string): string =>
    stepLabel(analyzeRequestFile(`WEBSOCKET ws://h\n\n${payload}\n`).requests[0]!.steps[0]!);
  expect(labelOf('{"token": "canary"}')).toBe('send {"token": "••••"}');
  expect(labelOf('{"token": "{{$secret apiToken}}"}')).toContain('{{');
  // Of a text that is cut off, too.
  expect(labelOf(`{"password": "${'canary'.repeat(20)}"}`)).toBe('send {"password": "••••');
});

test('its result is shown at its first line', () => {
  expect(steps.map((step) => stepLine(step).start.line)).toEqual([3, 5, 8, 11, 13, 14, 15]);
});
