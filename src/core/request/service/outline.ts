import { MASK, maskUrlsIn } from '../../session/secrets/mask.ts';
import { isSecretName } from '../../text/secretName.ts';
import type { FileVariable } from '../syntax/tree.ts';
import { writtenText, requestName, requestUrl } from '../plan/requestName.ts';
import { everyBlock, separatorWord } from '../syntax/everyBlock.ts';
import type { Range } from '../syntax/range.ts';
import type { Template } from '../syntax/template.ts';
import type { Directive, Request, RequestFile, Step } from '../syntax/tree.ts';

/** A node of the outline. `range` covers all of it; `selection` is shown when it is chosen. */
export interface OutlineNode {
  readonly kind:
    | 'request'
    | 'server'
    | 'proxy'
    | 'fault'
    | 'variable'
    | 'message'
    | 'wait'
    | 'rule'
    | 'echo'
    | 'ping'
    | 'close';
  readonly name: string;
  readonly detail: string;
  readonly range: Range;
  readonly selection: Range;
  readonly children: readonly OutlineNode[];
}

const MAX_NAME = 60;

/** Variables, requests, servers and proxies, with the steps or faults of each. */
export function outline(file: RequestFile): OutlineNode[] {
  return [...file.variables.map(variableNode), ...everyBlock(file).map(requestNode)];
}

function variableNode({ name, value, range }: FileVariable): OutlineNode {
  const isSecret =
    isSecretName(name.text, writtenText(value)) && value.parts.some((part) => typeof part === 'string');
  const detail = isSecret ? MASK : written(value);
  return { kind: 'variable', name: name.text, detail, range, selection: name.range, children: [] };
}

function requestNode({ role, listen, name, target, range, steps, directives }: Request): OutlineNode {
  return {
    kind: listen ? 'proxy' : role === 'server' ? 'server' : 'request',
    name: short(requestName({ name, target })),
    detail: name ? short(requestUrl(target.url)) : '',
    range,
    selection: name?.range ?? target.range,
    children: listen ? directives.flatMap(faultNode) : steps.flatMap((step) => stepNode(step) ?? []),
  };
}

function faultNode({ fault, argument, range }: Directive): OutlineNode[] {
  if (!fault) return [];
  const { range: selection } = fault.fault;
  return [{ kind: 'fault', name: written(argument), detail: '', range, selection, children: [] }];
}

function stepNode(step: Step): OutlineNode | undefined {
  const { payload, range, separator, directives } = step;
  const argumentOf = (name: string): Template | undefined =>
    directives.find((directive) => directive.name.text === name)?.argument;
  const label = argumentOf('label');
  const sends = payload
    ? 'message'
    : directives.find(({ name }) => /^(?:echo|ping|close)$/.test(name.text))?.name.text;
  const takes = separator?.rule ? 'rule' : separator?.wait ? 'wait' : undefined;
  // A rule is named by its condition, not by its message.
  const kind = (takes === 'rule' ? takes : (sends ?? takes)) as OutlineNode['kind'] | undefined;
  if (!kind) return undefined;
  const isTaking = kind === 'wait' || kind === 'rule';
  const content =
    payload && !isTaking
      ? payload.kind === 'text'
        ? written(payload.text)
        : `< ${written(payload.path)}`
      : written(argumentOf(isTaking ? 'where' : kind));
  const fallback = content === '' ? (isTaking ? separatorWord(separator!)! : `@${kind}`) : content;
  return {
    kind,
    name: label ? written(label) : fallback,
    detail: label ? content : '',
    range,
    selection: payload?.range ?? separator?.range ?? range,
    children: [],
  };
}

/** The first line as it stands in the file, short, without credentials in URLs. */
function written(template: Template | undefined): string {
  return template ? short(maskUrlsIn(writtenText(template).slice(0, 1000).trim().split('\n')[0]!)) : '';
}

function short(line: string): string {
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line;
}
