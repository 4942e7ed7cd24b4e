import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

const folder = join(import.meta.dirname, '../../../../fixtures/requests');
/** The files of the conformance suite. */
export const files = readdirSync(folder)
  .filter((name) => /\.(ws|http)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'));

/** Bits of syntax, and of what looks like it. */
export const pieces = [
  ...['\n', '\r\n', '\r', '\0', '\uFEFF', ' ', '\t', '\\', '###', '=== ', '===\n', '\n=== wait-for-server\n'],
  ...['__proto__', 'hasOwnProperty', 'valueOf'].flatMap((name) => [
    `\n# @${name} x\n`,
    `\n@${name} = x\n`,
    `{{${name}}}`,
  ]),
  ...['{{', '}}', '{{a}}', '{{$uuid}}', '\n@a = {{b}}\n', '\n@b = {{a}}\n', '\n# @timeout 2s\n', '# @', '//'],
  ...[
    '\n< ./f\n',
    '<@ ',
    '\n> {%\n',
    '%}',
    '\n{{\n',
    '\n}}\n',
    '??',
    'WS ',
    'ws://h',
    ...[
      'where',
      'expect',
      'capture',
      'within',
      'delay',
      'label',
      'binary',
      'escape',
      'encode',
      'repeat',
      'ping',
      'close',
    ].map((name) => `\n# @${name} `),
    ...[
      '$.a',
      ' == ',
      ' not ',
      ' matches /',
      ' in [',
      ' exists',
      '"{{b}}"',
      ' schema ./f',
      ' = $',
      '1e400',
      '/i',
    ],
    '📏',
    '\uD800',
    ':',
    '=',
  ],
];

/** A valid file with parts deleted, doubled, moved or replaced by bits of syntax. */
export const mutated = fc
  .record({
    text: fc.constantFrom(...files),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat({ max: 40 }),
        insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })),
      }),
      { maxLength: 12 },
    ),
    kind: fc.constantFrom('ws' as const, 'http' as const),
  })
  .map(({ text, edits, kind }) => {
    for (const { at, remove, insert } of edits) {
      const start = Math.floor(at * text.length);
      text = text.slice(0, start) + insert + text.slice(start + remove);
    }
    return { text, kind };
  });
