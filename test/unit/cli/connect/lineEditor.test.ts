import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineEditor } from '../../../../src/cli/connect/lineEditor.ts';

/** The lines that come of typing; `keys` may be cut anywhere. */
function typed(...keys: string[]): string[] {
  const editor = createLineEditor();
  return keys
    .flatMap((chunk) => editor.feed(chunk))
    .map((event) => (event.kind === 'line' ? event.text : `<${event.kind}>`));
}

/** What a row shows, without the control sequences. */
function shown(row: string): string {
  return row.replace(/\x1b(?:\[2K|7|8)|\r/g, '');
}

const [LEFT, RIGHT, UP, DOWN, HOME, END, DELETE] = [
  '\x1b[D',
  '\x1b[C',
  '\x1b[A',
  '\x1b[B',
  '\x1b[H',
  '\x1b[F',
  '\x1b[3~',
] as const;

describe('keys', () => {
  test.each([
    ['Enter sends the line', ['hello\r'], ['hello']],
    ['so does a pasted LF, and CRLF counts once', ['a\nb\r\nc\r', '\nd\r'], ['a', 'b', 'c', 'd']],
    ['two Enters are two lines', ['a\r\r'], ['a', '']],
    ['Backspace', ['abc\x7f\x7fd\r', 'x\b\b\by\r'], ['ad', 'y']],
    ['Left and Right', [`ac${LEFT}b${RIGHT}d\r`], ['abcd']],
    ['in application mode as well', ['ac\x1bODb\r'], ['abc']],
    ['Home and End', [`b${HOME}a${END}c\r`, 'b\x01a\x05c\r', 'b\x1b[1~a\x1b[4~c\r'], ['abc', 'abc', 'abc']],
    ['Delete', [`abc${HOME}${DELETE}\r`, 'abc\x01\x04\r'], ['bc', 'bc']],
    ['beyond both ends nothing happens', [`${LEFT}${RIGHT}${DELETE}\x7fa\r`], ['a']],
    ['Ctrl+U and Ctrl+K cut to the edges', ['abcd\x02\x02\x15\r', 'abcd\x02\x02\x0b\r'], ['cd', 'ab']],
    ['Ctrl+W cuts a word', ['one two  \x17three\r', '\x17x\r'], ['one three', 'x']],
    ['Ctrl+B and Ctrl+F move', ['ac\x02b\x06d\r'], ['abcd']],
    ['words that every object knows are text', ['constructor\r', 'valueOf\r'], ['constructor', 'valueOf']],
    ['Tab is text', ['a\tb\r'], ['a\tb']],
    ['other control keys and sequences do nothing', ['a\x00\x0c\x1b[15~\x1b[1;5D\x1bxb\r'], ['ab']],
    ['a sequence cut between reads is one key', ['ac\x1b', '[', 'Db\r'], ['abc']],
    [
      'characters of two code units are one',
      [`😀😁\x7f${LEFT}a\r`, `😀b${HOME}${RIGHT}x\r`],
      ['a😀', '😀xb'],
    ],
    ['Ctrl+C and Ctrl+Z are told', ['a\x03b\x1a\r'], ['<interrupt>', '<suspend>', 'ab']],
    ['Ctrl+D ends on an empty line only', ['a\x04\r\x04'], ['a', '<end>']],
  ])('%s', (_name, keys, expected) => {
    expect(typed(...keys)).toEqual(expected);
  });
});

describe('history', () => {
  test('Up and Down go through the sent lines', () => {
    expect(typed('one\rtwo\r', `${UP}${UP}!\r`, `${UP}${UP}${DOWN}${DOWN}x\r`)).toEqual([
      ...['one', 'two'],
      ...['one!', 'x'],
    ]);
  });

  test('ends at its oldest line, and keeps no empty or repeated lines', () => {
    expect(typed('one\r', '\r', 'two\rtwo\r', `${UP}${UP}${UP}${UP}\r`)).toEqual([
      'one',
      '',
      'two',
      'two',
      'one',
    ]);
  });
});

describe('the row that is shown', () => {
  test('is the draft, with the cursor at its place', () => {
    const editor = createLineEditor();
    editor.feed(`abc${LEFT}`);
    expect(editor.row(80)).toBe('\r\x1b[2K> ab\x1b7c\x1b8');
  });

  test('never takes more than one row of the terminal', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.nat(300),
        fc.integer({ min: 13, max: 200 }),
        (text, left, columns) => {
          const editor = createLineEditor();
          editor.feed(text.replace(/[\x00-\x1f\x7f]/g, ''));
          editor.feed(LEFT.repeat(left));
          expect(shown(editor.row(columns)).length).toBeLessThan(columns);
        },
      ),
    );
  });

  test('counts characters that may be wide as wide', () => {
    const editor = createLineEditor();
    editor.feed('漢'.repeat(100));
    expect(shown(editor.row(40)).length).toBeLessThan(22);
  });

  test('shows the part of a long line around the cursor', () => {
    const editor = createLineEditor();
    editor.feed(`${'a'.repeat(500)}MIDDLE${'b'.repeat(500)}`);
    editor.feed(LEFT.repeat(500));
    expect(shown(editor.row(40))).toContain('MIDDLE');
  });

  test('has no control character of the text in it', () => {
    const editor = createLineEditor();
    editor.feed('a\tb\u009b31m\u202e');
    expect(shown(editor.row(80))).toBe('> a⇥b‹U+009B›31m‹U+202E›');
  });
});

test('a paste of a megabyte is one line, and takes a short time', () => {
  const line = 'word '.repeat(200_000);
  const chunks = `${line}\r`.match(/[^]{1,4096}/g)!;
  const editor = createLineEditor();
  const events = chunks.flatMap((chunk) => {
    const result = editor.feed(chunk);
    editor.row(80);
    return result;
  });
  expect(events.length).toBe(1);
  expect(events[0]?.kind === 'line' && events[0].text === line).toBe(true);
});
