import { describe, expect, test } from 'vitest';
import { scanTemplate, type Reference } from '../../../src/core/request/template.ts';
import { dynamicValue, SAMPLE_PORTS, type Value } from '../../../src/core/request/values.ts';

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

  test.each(['$env A', '$processEnv A', '$dotenv A', '$secret a', '$prompt Name?'])(
    '{{%s}} is refused as long as this version does not support it',
    (name) => {
      expect(value(`{{${name}}}`)).toMatchObject({ problem: { code: 'variable.unsupported' } });
    },
  );

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
