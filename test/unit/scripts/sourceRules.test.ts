import { describe, expect, it } from 'vitest';
import { MAX_LINES, sourceProblems } from '../../../scripts/lib/sourceRules.mjs';

describe('names', () => {
  it.each([
    ['export function read() {}', 'export async function read() {}'],
    ['export const a = 1, read = 2;', 'export class read {}'],
    ['export interface read {}', 'export type read = string;'],
    ['export enum read {}', "export { other as read } from './other.ts';"],
    ['const x = 1;\nexport { x as read };', 'export abstract class read {}'],
  ])('a name is exported once: %s and %s', (first, second) => {
    expect(
      sourceProblems([
        { path: 'src/core/a.ts', text: first },
        { path: 'src/core/deep/b.ts', text: second },
      ]),
    ).toEqual(['src/core/deep/b.ts exports read, as src/core/a.ts does: give one of them another name.']);
  });

  it('two layers do not export the same name', () => {
    expect(
      sourceProblems([
        { path: 'src/core/a.ts', text: 'export function read() {}' },
        { path: 'src/net/a.ts', text: 'export function read() {}' },
      ]),
    ).toEqual(['src/net/a.ts exports read, as src/core/a.ts does: give one of them another name.']);
  });

  it('only exports count', () => {
    expect(
      sourceProblems([
        { path: 'src/core/a.ts', text: 'export function read() {}' },
        { path: 'src/net/b.ts', text: 'function read() {}\n// export function read() {}' },
      ]),
    ).toEqual([]);
  });

  it('the entry points of the extension export the same names', () => {
    expect(
      sourceProblems([
        { path: 'src/start.ts', text: 'export function activate() {}' },
        { path: 'src/extension.ts', text: 'export function activate() {}' },
      ]),
    ).toEqual([]);
  });

  it('a re-export does not count as another name', () => {
    expect(
      sourceProblems([
        { path: 'src/core/a.ts', text: 'export function read() {}' },
        { path: 'src/core/entry.ts', text: "export { read } from './a.ts';" },
      ]),
    ).toEqual([]);
  });

  it('overloads, and a type with its value, are one name', () => {
    const overloads = 'export function read(a: string): void;\nexport function read(a: number): void;\n';
    const both = 'export const KIND = 1;\nexport type KIND = typeof KIND;';
    expect(sourceProblems([{ path: 'src/core/a.ts', text: overloads + both }])).toEqual([]);
  });
});

describe('length', () => {
  const lines = (count: number) => '// x\n'.repeat(count);

  it(`a file has at most ${MAX_LINES} lines`, () => {
    expect(sourceProblems([{ path: 'src/core/a.ts', text: lines(MAX_LINES) }])).toEqual([]);
    expect(sourceProblems([{ path: 'src/core/a.ts', text: lines(MAX_LINES + 1) }])).toEqual([
      `src/core/a.ts has ${MAX_LINES + 1} lines, more than ${MAX_LINES}: split it.`,
    ]);
  });

  it('counts a last line without its end', () => {
    const text = `${lines(MAX_LINES)}// x`;
    expect(sourceProblems([{ path: 'src/core/a.ts', text }])).toHaveLength(1);
  });
});
