import { describe, expect, test } from 'vitest';
import { scanTemplate, type Reference } from '../../../../../src/core/request/syntax/template.ts';
import { dynamicValue } from '../../../../../src/core/request/variables/dynamicVariables.ts';
import { SAMPLE_PORTS, type Value } from '../../../../../src/core/request/variables/value.ts';

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

  test('{{$randomInt a b}} is at least the first and below the second', () => {
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

  test.each(['$env A', '$secret a'])('{{%s}} is refused without an outside source', (name) => {
    expect(value(`{{${name}}}`)).toMatchObject({ problem: { code: 'variable.unsupported' } });
  });

  test.each(['$env', '$dotenv', '$secret', '$prompt'])('{{%s}} needs a name', (name) => {
    expect(value(`{{${name}}}`)).toMatchObject({
      problem: { code: 'variable.expression', message: expect.stringContaining(`{{${name} `) as string },
    });
  });

  test('the error for an unknown name has a suggestion, or all names', () => {
    expect(value('{{$uid}}')).toMatchObject({
      problem: { message: expect.stringContaining('did you mean $uuid?') as string },
    });
    expect(value('{{$wholly.else}}')).toMatchObject({
      problem: { code: 'variable.unknown', message: expect.stringContaining('$isoTimestamp') as string },
    });
  });

  test('sample values have the form of real ones', () => {
    const reference = scanTemplate('{{$uuid}}', 0).parts[0] as Reference;
    expect(dynamicValue(reference, SAMPLE_PORTS)).toEqual({ text: '00000000-0000-4000-8000-000000000000' });
  });
});

describe('variables of JetBrains', () => {
  test.each([
    ['{{$random.uuid}}', /^[\da-f]{8}-[\da-f]{4}-4/],
    ['{{$random.uuid()}}', /^[\da-f]{8}-/],
    ['{{$random.integer(1,10)}}', /^[1-9]$/],
    ['{{$random.integer( -5 , -1 )}}', /^-[2-5]$/],
    ['{{$random.integer 3 4}}', /^3$/],
    ['{{$random.integer}}', /^\d{1,3}$/],
    ['{{$random.integer()}}', /^\d{1,3}$/],
    ['{{$random.float}}', /^\d+(\.\d+)?$/],
    ['{{$random.float(10.5, 20.3)}}', /^1\d\.\d+$|^20\.[0-2]/],
    ['{{$random.alphabetic(12)}}', /^[A-Za-z]{12}$/],
    ['{{$random.alphabetic}}', /^[A-Za-z]{10}$/],
    ['{{$random.alphanumeric(300)}}', /^\w{300}$/],
    ['{{$random.hexadecimal(1)}}', /^[\da-f]$/],
    ['{{$random.email}}', /^[a-z]{10}@example\.com$/],
  ])('%s', (text, form) => {
    for (const bytes of [0, 7, 0x80, 0xff])
      expect(value(text, bytes)).toMatchObject({ text: expect.stringMatching(form) as string });
  });

  test.each([
    '{{$random.integer(10,1)}}',
    '{{$random.integer(1)}}',
    '{{$random.integer(1.5, 2)}}',
    '{{$random.float(a, b)}}',
    '{{$random.alphabetic(0)}}',
    '{{$random.alphabetic(-1)}}',
    '{{$random.hexadecimal(99999999)}}',
    '{{$random.alphanumeric(1, 2)}}',
    '{{$random.email(3)}}',
  ])('%s says what is wrong with it', (text) =>
    expect(value(text)).toMatchObject({ problem: { code: 'variable.expression' } }),
  );

  test.each(['{{$exampleServer}}', '{{$historyFolder}}', '{{$auth.token("id")}}'])(
    '%s is refused with its remedy',
    (text) => expect(value(text)).toMatchObject({ problem: { code: 'variable.unsupported' } }),
  );

  test('an unknown one of their family is reported', () => {
    expect(value('{{$random.intger(1,2)}}')).toMatchObject({
      problem: { message: expect.stringContaining('$random.integer') as string },
    });
  });
});

describe('times of REST Client and httpYac', () => {
  test.each([
    ['{{$timestamp -1 d}}', String(1767323045 - 86_400)],
    ['{{$timestamp 1500 ms}}', '1767323047'],
    ['{{$timestamp +2h}}', String(1767323045 + 7200)],
    ['{{$datetime iso8601}}', '2026-01-02T03:04:05.678Z'],
    ['{{$datetime}}', '2026-01-02T03:04:05.678Z'],
    ['{{$datetime rfc1123}}', 'Fri, 02 Jan 2026 03:04:05 GMT'],
    ['{{$datetime iso8601 1 Q}}', '2026-04-02T03:04:05.678Z'],
    ['{{$datetime "YYYY-MM-DD HH:mm"}}', '2026-01-02 03:04'],
    ["{{$datetime 'DD/MM/YY' -1 y}}", '02/01/25'],
    ['{{$datetime "YYYY-MM-DD" 1 M}}', '2026-02-02'],
    ['{{$datetime -1 w}}', '2025-12-26T03:04:05.678Z'],
  ])('%s', (text, expected) => expect(value(text, 0, now)).toEqual({ text: expected }));

  test('local times use the time zone of the machine', () => {
    const local = new Date(now);
    const two = (number: number): string => String(number).padStart(2, '0');
    expect(value('{{$localDatetime "YYYY-MM-DD HH"}}', 0, now)).toEqual({
      text: `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())} ${two(local.getHours())}`,
    });
    expect(value('{{$localDatetime rfc1123}}', 0, now)).toMatchObject({
      text: expect.stringMatching(/ 2026 .* [+-]\d{4}$/) as string,
    });
    expect(value('{{$localDatetime}}', 0, now)).toMatchObject({
      text: expect.stringMatching(/[+-]\d\d:\d\d$|Z$/) as string,
    });
  });

  test.each([
    '{{$timestamp 1}}',
    '{{$timestamp 1 x}}',
    '{{$timestamp d}}',
    '{{$datetime YYYY}}',
    '{{$datetime "YYYY}}',
    '{{$datetime iso8601 999999999 y}}',
    '{{$localDatetime x 1 d}}',
  ])('%s says what is wrong with it', (text) =>
    expect(value(text)).toMatchObject({ problem: { code: 'variable.expression' } }),
  );
});

describe('a question for a value', () => {
  test.each([
    ['$input User name', 'input User name'],
    ['$input-askonce User $value: anna', 'input User $value: anna'],
    ['$password PIN', 'password PIN'],
    ['$pick Colour $value: red, green', 'pick Colour $value: red, green'],
    ['$pick-askonce Colour $value: red', 'pick Colour $value: red'],
    ['$projectRoot', 'projectRoot '],
  ])('{{%s}} comes from outside: %s', (name, asked) => {
    const reference = scanTemplate(`{{${name}}}`, 0).parts[0] as Reference;
    const outside = (source: string, of: string): Value => ({ text: `${source} ${of}` });
    expect(dynamicValue(reference, { ...SAMPLE_PORTS, outside })).toEqual({ text: asked });
  });

  test.each([
    '{{$pick Colour}}',
    '{{$pick Colour $value:}}',
    '{{$input}}',
    '{{$password}}',
    '{{$projectRoot x}}',
  ])('%s says what is missing', (text) =>
    expect(value(text)).toMatchObject({ problem: { code: 'variable.expression' } }),
  );
});
