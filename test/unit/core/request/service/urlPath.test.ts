import { describe, expect, it } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { quickFixes } from '../../../../../src/core/request/service/quickFixes.ts';

const PATH = '/socket.io/?EIO=4&transport=websocket';

function read(source: string) {
  const file = analyzeRequestFile(source);
  const lines = source.split('\n');
  const problems = file.diagnostics.filter(({ code }) => code === 'url.path');
  const fixed = problems.map((problem) => {
    const [fix, ...others] = quickFixes(file, (line) => lines[line]!, problem, []);
    expect(others).toEqual([]);
    const { start, end } = fix!.range;
    const line = lines[start.line]!;
    return {
      title: fix!.title,
      line: line.slice(0, start.character) + fix!.text + line.slice(end.character),
    };
  });
  return { file, problems, fixed };
}

describe('a URL without a path under @protocol socket.io', () => {
  it.each([
    ['WEBSOCKET ws://localhost:3000', `WEBSOCKET ws://localhost:3000${PATH}`],
    ['WEBSOCKET wss://h.test/', `WEBSOCKET wss://h.test${PATH}`],
    ['WEBSOCKET ws://{{host}}', `WEBSOCKET ws://{{host}}${PATH}`],
    ['ws://localhost:3000', `ws://localhost:3000${PATH}`],
  ])('is a warning with a fix: %s', (target, whole) => {
    const { file, problems, fixed } = read(
      `@host = localhost:3000\n\n###\n# @protocol socket.io\n${target}\n`,
    );
    expect(problems).toMatchObject([{ severity: 'warning', range: { start: { line: 4 } } }]);
    expect(problems[0]!.message).toBe(
      `The URL has no path, and servers of Socket.IO listen at ${PATH}: add it, or the path of your server.`,
    );
    expect(fixed).toEqual([{ title: `Add ${PATH}`, line: whole }]);
    // It can run all the same: the server may listen there.
    expect(file.requests[0]!.error).toBeUndefined();
  });

  it('is fixed so that no warning is left', () => {
    const source = '# @protocol socket.io-msgpack\nWEBSOCKET ws://h\n';
    const { fixed } = read(source);
    expect(read(source.replace('WEBSOCKET ws://h', fixed[0]!.line)).file.diagnostics).toEqual([]);
  });

  it('is found if the protocol is that of the whole file', () => {
    expect(
      read('# @protocol socket.io\n\n### a\nWEBSOCKET ws://h\n\n### b\nWEBSOCKET ws://h/x\n').problems,
    ).toHaveLength(1);
  });

  it.each([
    ['another protocol', '# @protocol json-rpc\nWEBSOCKET ws://h\n'],
    ['no protocol', 'WEBSOCKET ws://h\n'],
    ['a path', '# @protocol socket.io\nWEBSOCKET ws://h/ws/?EIO=4\n'],
    ['a variable that is not known yet', '# @protocol socket.io\nWEBSOCKET ws://h{{$env PATHNAME}}\n'],
    ['a server, which takes every path', '# @protocol socket.io\nSERVE ws://localhost:9000\n'],
  ])('is not reported with %s', (_, source) => {
    expect(read(source).problems).toEqual([]);
  });
});
