import { describe, expect, test } from 'vitest';
import { connectOptions, optionConflicts } from '../../../../../src/core/session/options/connectOptions.ts';
import { optionNamed, spellOptions } from '../../../../../src/core/session/options/optionName.ts';
import type { OptionPlace } from '../../../../../src/core/session/options/optionName.ts';
import { OPTION_ENTRIES } from '../../../../../src/core/session/options/optionTable.ts';
import { invalidHeader } from '../../../../../src/core/session/options/validate.ts';
import { runFailure, RunStop } from '../../../../../src/core/request/run/runStop.ts';
import { diagnose } from '../../../../../src/core/session/doctor/doctor.ts';
import { DuplexError } from '../../../../../src/shared/errors.ts';

const PLACES: readonly OptionPlace[] = ['commandLine', 'requestFile', 'editor'];

describe('an option in a sentence', () => {
  const sentence = `Raise ${optionNamed('maxPayload')}, or leave out ${optionNamed('deflate')}.`;

  test('has a name in plain words without a place', () => {
    expect(sentence).toBe('Raise the option “max-payload”, or leave out the option “no-deflate”.');
  });

  test.each<[OptionPlace, string]>([
    ['commandLine', 'Raise --max-payload, or leave out --no-deflate.'],
    ['requestFile', 'Raise @max-payload, or leave out @no-deflate.'],
    [
      'editor',
      'Raise the option max-payload (setting duplex.connection.maxPayload), or leave out the option no-deflate (setting duplex.connection.deflate).',
    ],
  ])('is spelled for %s', (place, expected) => {
    expect(spellOptions(sentence, place)).toBe(expected);
  });

  test('has no setting in the editor if there is none', () => {
    expect(spellOptions(`Give ${optionNamed('key')}.`, 'editor')).toBe('Give the option key.');
  });

  test.each(PLACES)('is spelled for %s whichever option it is, once', (place) => {
    for (const [key] of OPTION_ENTRIES) {
      const spelled = spellOptions(optionNamed(key), place);
      expect(spelled).not.toContain('“');
      expect(spellOptions(spelled, place)).toBe(spelled);
    }
  });

  test.each([
    'the option “constructor”',
    'the option “maxPayload”',
    'max-payload',
    '',
    'the option “',
    'the option “max-payload',
  ])('other text stays: %j', (text) => {
    for (const place of PLACES) expect(spellOptions(text, place)).toBe(text);
  });
});

describe('sentences that name options', () => {
  test.each([
    [{ pfx: 'a', cert: 'b' }, 'give either --pfx, or --cert and --key.'],
    [{ cert: 'b' }, 'with --key.'],
    [{ key: 'b' }, 'with --cert.'],
    [{ passphrase: 'b' }, 'give --key or --pfx, or leave the passphrase out.'],
    [{ reconnectDelay: 2, reconnectMaxDelay: 1 }, 'raise --reconnect-max-delay, or lower --reconnect-delay.'],
  ])('conflicts: %j', (options, end) => {
    const [conflict] = optionConflicts(options);
    expect(spellOptions(conflict!.message, 'commandLine')).toContain(end);
    expect(() => connectOptions({ url: 'ws://h', ...options })).toThrow(conflict!.message);
  });

  test.each([
    ['Sec-WebSocket-Extensions', 'choose compression with @deflate.'],
    ['Sec-WebSocket-Protocol', 'name subprotocols with @subprotocol.'],
  ])('headers of the handshake: %s', (name, end) => {
    expect(spellOptions(invalidHeader(name, 'x')!, 'requestFile')).toContain(end);
  });

  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const message = `Too large: raise ${optionNamed('maxPayload')}.`;

  test.each([
    ['an error', new DuplexError('limit.payload', message)],
    ['a stop', new RunStop({ cause: 'connection', code: 'limit.payload', message, range })],
  ])('the failure of a request by %s names directives', (_, thrown) => {
    expect(runFailure(thrown, range)).toMatchObject({
      code: 'limit.payload',
      message: 'Too large: raise @max-payload.',
    });
  });

  test('the doctor names the option and its setting', () => {
    const { cause } = diagnose({ code: 'limit.payload', message }, connectOptions({ url: 'ws://h' }));
    expect(cause).toBe('Too large: raise the option max-payload (setting duplex.connection.maxPayload).');
  });
});
