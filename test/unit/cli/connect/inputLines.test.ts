import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputLines } from '../../../../src/cli/connect/input.ts';

async function linesOf(...chunks: string[]): Promise<string[]> {
  const lines: string[] = [];
  async function* input(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  }
  for await (const line of inputLines(input())) lines.push(Buffer.from(line).toString('latin1'));
  return lines;
}

test.each([
  ['two lines', ['a\nb\n'], ['a', 'b']],
  ['a last line without a line break', ['a\nb'], ['a', 'b']],
  ['CRLF', ['a\r\nb\r\n'], ['a', 'b']],
  ['CRLF cut between its halves', ['a\r', '\nb'], ['a', 'b']],
  ['a CR in the middle of a line', ['a\rb\n'], ['a\rb']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['nothing', [], []],
  ['empty chunks', ['', 'a', '', '\n', ''], ['a']],
  ['a line over many chunks', ['ab', 'cd', 'ef\ng'], ['abcdef', 'g']],
])('%s', async (_name, chunks, expected) => {
  expect(await linesOf(...chunks)).toEqual(expected);
});

test('a line may be of any length', async () => {
  const long = 'x'.repeat(20_000_000);
  expect((await linesOf(...long.match(/.{1,65536}/g)!, '\n', 'y'))[0]!.length).toBe(long.length);
});

test('lines do not depend on the boundaries of chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[ab]{0,5}$/)),
      fc.array(fc.nat(20), { maxLength: 5 }),
      async (lines, cuts) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const at = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort(
          (a, b) => a - b,
        );
        const chunks = at.slice(1).map((end, i) => text.slice(at[i], end));
        expect(await linesOf(...chunks)).toEqual(lines);
      },
    ),
  );
});

test('the input is not read further before its lines are taken', async () => {
  let read = 0;
  async function* input(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++;
      yield Buffer.from('a\nb\n');
    }
  }
  const lines = inputLines(input());
  await lines.next();
  await lines.next();
  expect(read).toBe(1);
  await lines.return(undefined);
});
