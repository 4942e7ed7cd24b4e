import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOutput } from '../../../src/engine/runner/commandOutput.ts';

let cwd: string;
const node = JSON.stringify(process.execPath);

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'duplex-command-'));
  writeFileSync(join(cwd, 'print.mjs'), 'console.log(JSON.stringify(process.argv.slice(2)))');
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** A command that runs these lines as a program; single quotes belong to the command. */
const script = (source: string, maxTime?: number) =>
  commandOutput(`${node} -e '${source}'`, { cwd, ...(maxTime !== undefined && { maxTime }) });

describe('the output of a command', () => {
  it('is its text without the line feeds at the end, from its folder', async () => {
    expect(await commandOutput(`${node} print.mjs a 'b  c' "d e"`, { cwd })).toEqual({
      text: '["a","b  c","d e"]',
    });
    expect(await script('process.stdout.write(" t0ken \\r\\n\\n")')).toEqual({ text: ' t0ken ' });
  });

  it.each(["'$HOME'", "'a|b'", "'*.mjs'", "'; id'", "'`id`'", "'$(id)'"])(
    'has %s unchanged: no shell reads it',
    async (argument) => {
      expect(await commandOutput(`${node} print.mjs ${argument}`, { cwd })).toEqual({
        text: JSON.stringify([argument.slice(1, -1)]),
      });
    },
  );

  it.each(['$HOME', 'a | b', '> out', '*.mjs', 'a ; id', 'a && id', '# comment'])(
    'refuses %s, which only a shell understands',
    async (argument) => {
      expect(await commandOutput(`${node} print.mjs ${argument}`, { cwd })).toEqual({
        problem: expect.stringContaining('No shell runs the command') as string,
      });
    },
  );

  it('gives a program an empty input', async () => {
    expect(await script('process.stdin.on("end", () => console.log("over")).resume()')).toEqual({
      text: 'over',
    });
  });

  it.each([
    ['fails', 'console.error("s3cret"); process.exit(3)', /^The command “.*” ended with status 3/],
    ['prints nothing', '', /prints nothing/],
    ['prints too much', 'process.stdout.write("x".repeat(70000))', /prints more than 64 KiB/],
    ['prints bytes', 'process.stdout.write(Buffer.from([255, 254]))', /not UTF-8/],
  ])('is a problem if it %s', async (_, source, expected) => {
    const output = await script(source);
    expect(output).toEqual({ problem: expect.stringMatching(expected) as string });
    expect(JSON.stringify(output)).not.toContain('s3cret');
  });

  it('ends a program that does not end, also if a child of it holds its output open', async () => {
    const child = `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit" })`;
    expect(await script(`${child}; setInterval(() => {}, 1000)`, 1000)).toEqual({
      problem: expect.stringContaining('did not end within 1 s') as string,
    });
  });

  it('names a program that does not exist', async () => {
    expect(await commandOutput('no-such-program-here --x', { cwd })).toEqual({
      problem: expect.stringMatching(/^The command “no-such-program-here” was not found/) as string,
    });
    expect(await commandOutput('""', { cwd })).toHaveProperty('problem');
  });

  it('is cancelled with its run', async () => {
    const cancelled = new AbortController();
    const output = commandOutput(`${node} -e 'setInterval(() => {}, 1000)'`, {
      cwd,
      signal: cancelled.signal,
    });
    cancelled.abort();
    expect(await output).toEqual({ problem: expect.stringContaining('was cancelled') as string });
  });
});
