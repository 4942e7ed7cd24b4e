import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../../src/core/request/syntax/diagnostic.ts';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import { contains, type Range } from '../../../../src/core/request/syntax/range.ts';
import { requestOptions } from '../../../../src/core/request/plan/requestOptions.ts';
import { createFileScope } from '../../../../src/core/request/variables/scope.ts';
import { stepMessage } from '../../../../src/core/request/plan/stepMessage.ts';
import { actPlan, takePlan, type Planned } from '../../../../src/core/request/plan/stepPlan.ts';
import { KNOWN_AT_RUN, SAMPLE_PORTS } from '../../../../src/core/request/variables/value.ts';
import { mutated, pieces } from './support/mutated.ts';

const INHERITED = Object.getOwnPropertyNames(Object.prototype);

describe('whatever stands in the file', () => {
  test.each(INHERITED)('%s is a name like others, of a directive, a variable, a header', (name) => {
    const file = analyzeRequestFile(
      `@${name} = v\n\n### ${name}\n# @${name} x\nWEBSOCKET ws://h/{{${name}}}\n${name}: {{${name}}}\n\n# @${name}\n{{${name}}}\n`,
    );
    expect([...new Set(file.diagnostics.map(({ code }) => code))]).toEqual(['directive.unknown']);
    const [request] = file.requests;
    const scope = createFileScope(file.variables, SAMPLE_PORTS);
    expect(requestOptions(request!, scope)).toEqual({ options: { url: 'ws://h/v', headers: [[name, 'v']] } });
    expect(stepMessage(request!.steps[0]!, scope)).toEqual({ kind: 'text', text: 'v' });
  });

  test('the parser returns a tree, and every range has the text of its node', () => {
    fc.assert(
      fc.property(mutated, ({ text, kind }) => {
        const file = analyzeRequestFile(text, kind);
        const lines = editorLines(text);
        expect(file.range.end).toEqual({ line: lines.length - 1, character: lines.at(-1)!.length });
        const wrong = file.diagnostics.filter(({ range }) => !isPlace(range, lines));
        expect(wrong).toEqual([]);
        expect(misplacedNodes(file.blocks, file.range, lines)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('diagnostics come in order and say something, and a request with an error carries one', () => {
    fc.assert(
      fc.property(mutated, ({ text, kind }) => {
        const file = analyzeRequestFile(text, kind);
        let before = 0;
        for (const { range, message } of file.diagnostics) {
          expect(range.start.line).toBeGreaterThanOrEqual(before);
          before = range.start.line;
          expect(message).toMatch(/^.{10,400}[.?]$/su);
        }
        file.requests.forEach((request, index) => {
          expect(request.index).toBe(index);
          if (!request.error) return;
          expect(file.diagnostics).toContainEqual({ severity: 'error', ...request.error });
          const places = file.defaults ? [request.range, file.blocks[0]!.range] : [request.range];
          expect(places.some((place) => contains(place, request.error!.range))).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a request without an error can be run: its conditions and actions are valid', () => {
    fc.assert(
      fc.property(mutated, ({ text, kind }) => {
        const file = analyzeRequestFile(text, kind);
        for (const request of file.requests.filter(({ error }) => !error)) {
          const scope = createFileScope(file.variables, SAMPLE_PORTS);
          for (const step of request.steps) {
            expect(problemsOf(takePlan(step, scope))).toEqual([]);
            for (const { capture } of step.directives)
              if (capture) scope.capture(capture.name.text, KNOWN_AT_RUN);
            expect(problemsOf(actPlan(step, scope))).toEqual([]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('any text can be sent, once it is escaped', () => {
    const line = fc.oneof(
      fc.constantFrom('', ...pieces.map((piece) => piece.replace(/[\r\n]/g, ''))),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts
          .join(' ')
          .replace(/[\r\n]/g, '\n')
          .replace(/\\\{\{/g, '{{');
        const wanted = withoutBlankEdges(text);
        fc.pre(wanted !== '');
        const file = analyzeRequestFile(`WEBSOCKET ws://localhost\n\n${escapePayload(wanted)}\n`);
        expect(stepMessage(file.requests[0]!.steps[0]!, createFileScope([], SAMPLE_PORTS))).toEqual({
          kind: 'text',
          text: wanted,
        });
      }),
      { numRuns: 1000 },
    );
  });
});

/** Empty for a plan, and for one that has to wait for a value. */
function problemsOf(planned: Planned<unknown>): readonly Problem[] {
  return 'problems' in planned ? planned.problems : [];
}

/** The lines as VS Code counts them. */
function editorLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
}

function isPlace({ start, end }: Range, lines: readonly string[]): boolean {
  const inside = [start, end].every(
    ({ line, character }) => character >= 0 && character <= (lines[line]?.length ?? -1),
  );
  return inside && (start.line < end.line || (start.line === end.line && start.character <= end.character));
}

/** Nodes that lie outside their parent or the file, or that claim another text than stands in their place. */
function misplacedNodes(node: unknown, parent: Range, lines: readonly string[]): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const { range = parent, text } = node as { range?: Range; text?: unknown };
  const written = lines[range.start.line]?.slice(range.start.character, range.end.character);
  const isText = typeof text === 'string' && !('kind' in node);
  const isWrong = !isPlace(range, lines) || !contains(parent, range) || (isText && text !== written);
  // The defaults of a file are nodes of its first block, which requests refer to.
  const children = Object.entries(node).filter(
    ([key]) => key !== 'range' && key !== 'error' && key !== 'defaults',
  );
  return [
    ...(isWrong ? [node] : []),
    ...children.flatMap(([, child]) => misplacedNodes(child, range, lines)),
  ];
}

function withoutBlankEdges(text: string): string {
  const lines = text.split('\n');
  while (lines.length > 0 && lines[0]!.trim() === '') lines.shift();
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
  return lines.join('\n');
}

/** Escapes a payload: the inverse of the rules in docs/request-files.md. */
function escapePayload(text: string): string {
  return text
    .replace(/\{\{/g, '\\{{')
    .replace(/^(\s*?)(\\*(?:#|\/\/|===|<@?\s|<@\w|\?\?|>\s*\{%|<\s*\{%))/gm, '$1\\$2');
}
