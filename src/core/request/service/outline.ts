import type { Range } from '../syntax/range.ts';
import type { Template } from '../syntax/template.ts';
import type { Request, RequestFile, Step } from '../syntax/tree.ts';
import { writtenText } from './writtenText.ts';

/** A node of the outline. `range` is all of it, `selection` what is shown when it is chosen. */
export interface OutlineNode {
  readonly kind: 'request' | 'variable' | 'message' | 'wait' | 'ping' | 'close';
  readonly name: string;
  readonly detail: string;
  readonly range: Range;
  readonly selection: Range;
  readonly children: readonly OutlineNode[];
}

const MAX_NAME = 60;

/** Variables and requests, and in each request its steps. */
export function outline(file: RequestFile): OutlineNode[] {
  const variables = file.variables.map(({ name, value, range }): OutlineNode => ({
    kind: 'variable',
    name: name.text,
    detail: written(value),
    range,
    selection: name.range,
    children: [],
  }));
  return [...variables, ...file.requests.map(requestNode)];
}

function requestNode({ name, target, range, steps }: Request): OutlineNode {
  const url = written(target.url);
  return {
    kind: 'request',
    name: name?.text ?? (url === '' ? 'WEBSOCKET' : url),
    detail: name ? url : '',
    range,
    selection: name?.range ?? target.range,
    children: steps.flatMap((step) => stepNode(step) ?? []),
  };
}

function stepNode(step: Step): OutlineNode | undefined {
  const { payload, range, separator, directives } = step;
  const argumentOf = (name: string): Template | undefined =>
    directives.find((directive) => directive.name.text === name)?.argument;
  const label = argumentOf('label');
  const sends = payload
    ? 'message'
    : directives.find(({ name }) => /^(?:ping|close)$/.test(name.text))?.name.text;
  const kind = (sends ?? (separator?.wait ? 'wait' : undefined)) as OutlineNode['kind'] | undefined;
  if (!kind) return undefined;
  const content = payload
    ? payload.kind === 'text'
      ? written(payload.text)
      : `< ${written(payload.path)}`
    : written(argumentOf(kind === 'wait' ? 'where' : kind));
  const fallback = content === '' ? (kind === 'wait' ? 'wait-for-server' : `@${kind}`) : content;
  return {
    kind,
    name: label ? written(label) : fallback,
    detail: label ? content : '',
    range,
    selection: payload?.range ?? separator?.range ?? range,
    children: [],
  };
}

/** The first line as it stands in the file, short. */
function written(template: Template | undefined): string {
  const line = template ? writtenText(template).slice(0, 1000).trim().split('\n')[0]! : '';
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line;
}
