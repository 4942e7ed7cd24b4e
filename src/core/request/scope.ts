import type { Problem } from './diagnostic.ts';
import type { Position, Range } from './range.ts';
import type { Reference, Template } from './template.ts';
import type { FileVariable } from './tree.ts';
import { dynamicValue, problem, type Value, type ValuePorts } from './values.ts';

/** Longer and a text could no longer be held in one piece. */
const MAX_TEXT = 2 ** 28;

const MAX_NAMES_SHOWN = 5;
const MAX_NAME_SHOWN = 40;

/** How the message of a cause that lies in another variable starts. */
const IN = 'In the variable ';

export type Resolved = { readonly text: string } | { readonly problems: readonly Problem[] };

/** Where references find their values. */
export interface Scope {
  /**
   * The text with its values filled in, or what stands in the way, at the reference that asks for it.
   * @param at where the text is used, for one that is not of the request file itself
   */
  resolve(template: Template, at?: Range): Resolved;
}

/**
 * The variables of a file. A reference means the last definition above it, or else the first below, so that a
 * block may define anew what one above it defined.
 * @param kept values that were made (`@id = {{$uuid}}`), by definition: hand in the same map to a later scope of
 * the same session and they stay what they were
 */
export function fileScope(
  variables: readonly FileVariable[],
  ports: ValuePorts,
  kept = new Map<string, string>(),
): Scope {
  const byName = new Map<string, FileVariable[]>();
  /** How many definitions of the same name stand above. */
  const ordinals = new Map<FileVariable, number>();
  for (const variable of variables) {
    const same = byName.get(variable.name.text) ?? [];
    ordinals.set(variable, same.length);
    same.push(variable);
    byName.set(variable.name.text, same);
  }
  const values = new Map<FileVariable, Value>();

  const bind = (reference: Reference, at: Position): FileVariable | undefined => {
    const definitions = byName.get(reference.name.text);
    return definitions && (lastAbove(definitions, at.line) ?? definitions[0]);
  };

  const resolve = (template: Template, at?: Range): Resolved => {
    const problems: Problem[] = [];
    // Concatenation, not a list that is joined: a chain of variables then shares its text instead of copying it.
    let text = '';
    for (const part of template.parts) {
      const value = typeof part === 'string' ? { text: part } : valueOf(part, (at ?? part.range).start);
      if ('problem' in value) {
        problems.push({ ...value.problem, range: at ?? (part as Reference).range });
      } else if (text.length + value.text.length <= MAX_TEXT) {
        text += value.text;
      } else {
        const message = `With its values filled in this text has more than ${MAX_TEXT} characters: shorten the values.`;
        return { problems: [{ code: 'variable.length', message, range: at ?? template.range }] };
      }
    }
    return problems.length > 0 ? { problems } : { text };
  };

  const valueOf = (reference: Reference, at: Position): Value => {
    if (reference.name.text.startsWith('$')) return dynamicValue(reference, ports);
    const variable = bind(reference, at);
    if (!variable) return unknown(reference.name.text);
    if (!values.has(variable)) evaluate(variable);
    const value = values.get(variable)!;
    if (!('problem' in value) || value.problem.code === 'variable.cycle') return value;
    // Once: what matters is where the cause stands, not the way to it.
    const { code, message } = value.problem;
    return message.startsWith(IN) ? value : problem(code, `${IN}${excerptName(variable)}: ${message}`);
  };

  /** Fills in `values` for a variable and all that it needs; without recursion, for a chain may be long. */
  const evaluate = (root: FileVariable): void => {
    const path = [{ variable: root, part: 0 }];
    const onPath = new Map([[root, 0]]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const part = top.variable.value.parts[top.part++];
      if (part === undefined) {
        path.pop();
        onPath.delete(top.variable);
        if (!values.has(top.variable)) values.set(top.variable, ownValue(top.variable));
        continue;
      }
      if (typeof part === 'string' || part.name.text.startsWith('$')) continue;
      const needed = bind(part, part.range.start);
      if (!needed || values.has(needed)) continue;
      const start = onPath.get(needed);
      if (start === undefined) {
        onPath.set(needed, path.length);
        path.push({ variable: needed, part: 0 });
      } else {
        const names = path.slice(start, start + MAX_NAMES_SHOWN).map(({ variable }) => excerptName(variable));
        if (path.length - start > MAX_NAMES_SHOWN) names.push('…');
        values.set(needed, cycle([...names, names[0]!]));
      }
    }
  };

  const ownValue = (variable: FileVariable): Value => {
    const { name, value } = variable;
    const isMade = value.parts.some((part) => typeof part !== 'string' && part.name.text.startsWith('$'));
    const key = isMade ? `${ordinals.get(variable)} ${name.text} ${written(value)}` : '';
    const before = isMade ? kept.get(key) : undefined;
    if (before !== undefined) return { text: before };
    const resolved = resolve(value);
    if ('problems' in resolved) {
      const [{ code, message }] = resolved.problems as [Problem];
      return problem(code, message);
    }
    if (isMade) kept.set(key, resolved.text);
    return resolved;
  };

  return { resolve };
}

function written({ parts }: Template): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : `{{${part.name.text} ${part.argument?.text ?? ''}}}`))
    .join('');
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

function unknown(name: string): Value {
  const shown = name.slice(0, MAX_NAME_SHOWN);
  return problem('variable.unknown', `{{${shown}}} has no value: write @${shown} = value above the target.`);
}

function cycle(names: readonly string[]): Value {
  return problem(
    'variable.cycle',
    `Variables refer to each other in a circle (${names.join(' → ')}): give one of them a value of its own.`,
  );
}

function excerptName({ name }: FileVariable): string {
  return name.text.slice(0, MAX_NAME_SHOWN);
}
