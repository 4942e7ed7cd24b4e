import { describe, expect, test } from 'vitest';
import { scanTemplate, type Reference } from '../../../../../src/core/request/syntax/template.ts';
import { dynamicValue, SAMPLE_PORTS, type Value } from '../../../../../src/core/request/variables/values.ts';

function value(text: string, bytes = 0, now = 0): Value {
  const [reference] = scanTemplate(text, 0).parts;
  const ports = { now: () => now, randomBytes: (count: number) => new Uint8Array(count).fill(bytes) };
  return dynamicValue(reference as Reference, ports);
}

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('dynamicValue', () => {
  test.each(['{{$uuid}}', '{{$guid}}'])('%s is a UUID of version 4', (text) => {
    expect(value(text, 0xff)).toEqual({ text: 'ffffffff-ffff-4fff-bfff-ffffffffffff' });
    expect(value(text, 0)).toEqual({ text: '00000000-0000-4000-8000-000000000000' });
  });

  test('{{$timestamp}} is in seconds, as in the other clients', () => {
    expect(value('{{$timestamp}}', 0, now)).toEqual({ text: '1767323045' });
  });

  test('{{$isoTimestamp}} is in UTC', () => {
    expect(value('{{$isoTimestamp}}', 0, now)).toEqual({ text: '2026-01-02T03:04:05.678Z' });
  });

  test('{{$randomInt a b}} goes from the first up to, without, the second', () => {
    expect(value('{{$randomInt 1 7}}', 0)).toEqual({ text: '1' });
    expect(value('{{$randomInt 1 7}}', 0xff)).toEqual({ text: '6' });
    expect(value('{{$randomInt -10 -5}}', 0xff)).toEqual({ text: '-6' });
    expect(value('{{$randomInt}}', 0xff)).toEqual({ text: '999' });
    expect(value('{{$randomInt}}', 0x80)).toEqual({ text: '501' });
  });

  test.each([
    '{{$randomInt 7 1}}',
    '{{$randomInt 1 1}}',
    '{{$randomInt 1}}',
    '{{$randomInt a b}}',
    '{{$uuid 1}}',
  ])('%s says what is wrong with it', (text) => {
    expect(value(text)).toMatchObject({ problem: { code: 'variable.expression' } });
  });

  test.each([
    ['$env A', 'env A'],
    ['$processEnv A', 'env A'],
    ['$env.A', 'env A'],
    ['$dotenv A', 'dotenv A'],
    ['$secret a', 'secret a'],
    ['$prompt Your name?', 'prompt Your name?'],
  ])('{{%s}} comes from outside: %s', (name, asked) => {
    const reference = scanTemplate(`{{${name}}}`, 0).parts[0] as Reference;
    const outside = (source: string, of: string): Value => ({ text: `${source} ${of}` });
    expect(dynamicValue(reference, { ...SAMPLE_PORTS, outside })).toEqual({ text: asked });
    expect(dynamicValue(reference, SAMPLE_PORTS)).toEqual({ isLater: true });
  });

  test.each(['$env A', '$secret a'])('{{%s}} is refused where there is no outside', (name) => {
    expect(value(`{{${name}}}`)).toMatchObject({ problem: { code: 'variable.unsupported' } });
  });

  test.each(['$env', '$dotenv', '$secret', '$prompt'])('{{%s}} has to say which', (name) => {
    expect(value(`{{${name}}}`)).toMatchObject({
      problem: { code: 'variable.expression', message: expect.stringContaining(`{{${name} `) as string },
    });
  });

  test('an unknown name comes with a suggestion, or with all there are', () => {
    expect(value('{{$uid}}')).toMatchObject({
      problem: { message: expect.stringContaining('did you mean $uuid?') as string },
    });
    expect(value('{{$wholly.else}}')).toMatchObject({
      problem: { code: 'variable.unknown', message: expect.stringContaining('$isoTimestamp') as string },
    });
  });

  test('values to check with have the form of real ones', () => {
    const reference = scanTemplate('{{$uuid}}', 0).parts[0] as Reference;
    expect(dynamicValue(reference, SAMPLE_PORTS)).toEqual({ text: '00000000-0000-4000-8000-000000000000' });
  });
});
