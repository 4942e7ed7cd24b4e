import type { TableTemplate } from './protocolTable.ts';

/** JSON text for a hole, by its name without `<` and `>`; undefined if it has no value. */
export type Holes = (name: string) => string | undefined;

const HOLE = /^<([^<>]+)>$/;

/** @returns JSON text, or undefined if the whole template is a hole without a value */
export function fillTableTemplate(template: TableTemplate, holes: Holes): string | undefined {
  if (typeof template === 'string') {
    const hole = HOLE.exec(template)?.[1];
    return hole === undefined ? JSON.stringify(template) : holes(hole);
  }
  if (typeof template !== 'object' || template === null) return JSON.stringify(template);
  if (isList(template)) return fillArray(template, holes);
  const embedded = template['$json'];
  if (embedded !== undefined) {
    const text = fillTableTemplate(embedded, holes);
    return text === undefined ? undefined : JSON.stringify(text);
  }
  const members = Object.entries(template).flatMap(([name, value]) => {
    const text = fillTableTemplate(value, holes);
    if (text === undefined) return [];
    if (name === '...') return membersOf(text);
    return [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

/** The names of all holes in a template. */
export function holesOf(template: TableTemplate): string[] {
  if (typeof template === 'string') {
    const hole = HOLE.exec(template)?.[1];
    return hole === undefined ? [] : [hole];
  }
  if (typeof template !== 'object' || template === null) return [];
  return (isList(template) ? template : Object.values(template)).flatMap(holesOf);
}

export function hasHole(template: TableTemplate, name: string): boolean {
  return holesOf(template).includes(name);
}

function fillArray(template: readonly TableTemplate[], holes: Holes): string {
  const elements = template.map((element) => fillTableTemplate(element, holes));
  while (elements.length > 0 && elements.at(-1) === undefined) elements.pop();
  return `[${elements.map((element) => element ?? 'null').join(',')}]`;
}

/** The members of an object as written, without its braces. */
function membersOf(text: string): string[] {
  const inner = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1]?.trim();
  return inner === undefined || inner === '' ? [] : [inner];
}

function isList(template: TableTemplate): template is readonly TableTemplate[] {
  return Array.isArray(template);
}
