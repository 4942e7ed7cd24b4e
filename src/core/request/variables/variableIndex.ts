import type { FileVariable } from '../syntax/tree.ts';

/** The variables of a file by name, for resolving references. */
export interface VariableIndex {
  /** The definition for a reference on this line: the last one above it, or else the first below. */
  bind(name: string, line: number): FileVariable | undefined;
  /** The number of definitions of the same name above. */
  ordinal(variable: FileVariable): number;
  readonly names: readonly string[];
}

/** Indexes by list: trees do not change, and each request of a file has its own scope. */
const known = new WeakMap<readonly FileVariable[], VariableIndex>();

export function variableIndex(variables: readonly FileVariable[]): VariableIndex {
  let index = known.get(variables);
  if (!index) known.set(variables, (index = createIndex(variables)));
  return index;
}

function createIndex(variables: readonly FileVariable[]): VariableIndex {
  const byName = new Map<string, FileVariable[]>();
  const ordinals = new Map<FileVariable, number>();
  for (const variable of variables) {
    const same = byName.get(variable.name.text) ?? [];
    ordinals.set(variable, same.length);
    same.push(variable);
    byName.set(variable.name.text, same);
  }
  return {
    bind(name, line) {
      const definitions = byName.get(name);
      return definitions && (lastAbove(definitions, line) ?? definitions[0]);
    },
    ordinal: (variable) => ordinals.get(variable) ?? 0,
    names: [...byName.keys()],
  };
}

/** The last definition on a line above; they are in order. */
function lastAbove(definitions: readonly FileVariable[], line: number): FileVariable | undefined {
  let from = 0;
  let to = definitions.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (definitions[middle]!.range.start.line < line) from = middle + 1;
    else to = middle;
  }
  return definitions[from - 1];
}
