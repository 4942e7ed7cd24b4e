import { checkRequests, type DraftRequest } from '../plan/checkRequests.ts';
import type { Diagnostic } from './diagnostic.ts';
import { NO_ENVIRONMENT_CONTEXT, type EnvironmentContext } from '../variables/environmentContext.ts';
import { isRequestSeparator, requestSeparator, scriptForm, targetForm } from './lineForms.ts';
import { isBlank, lineReader } from './lines.ts';
import { parseComment, parseScript, reportRepeated } from './parseComment.ts';
import { parseContext, wholeLine, type ParseContext } from './parseContext.ts';
import { isVariable, parseVariable, targetExpected } from './parsePreamble.ts';
import { parseRequest } from './parseRequest.ts';
import { compare } from './range.ts';
import { literalText } from './template.ts';
import type {
  Block,
  Comment,
  Directive,
  FileVariable,
  Request,
  RequestFile,
  RequestFileKind,
  Script,
} from './tree.ts';

/**
 * Reads a request file (docs/request-files.md). Never throws: the tree holds what was understood, the diagnostics
 * say what was not. Takes time in proportion to the text.
 * @param environmentContext where names that the file does not define may have values
 */
export function parseRequestFile(
  source: string,
  kind: RequestFileKind = 'ws',
  environmentContext: EnvironmentContext = NO_ENVIRONMENT_CONTEXT,
): RequestFile {
  const lines = lineReader(source);
  const parsed: ParsedBlock[] = [];
  while (lines.peek()) {
    const block = parseBlock(parseContext(kind, lines));
    if (block) parsed.push(block);
  }
  const variables = parsed.flatMap(({ block }) => block.preamble.filter((node) => node.kind === 'variable'));
  const drafts = parsed.flatMap(({ request, found }) => (request ? { request, found } : []));
  const checked = checkRequests(drafts, variables, kind, environmentContext);
  // In .http files the requests of other protocols are other extensions' business.
  const diagnostics = parsed.flatMap(({ request, found }) => (kind === 'ws' || request ? found : []));
  for (const diagnostic of checked.diagnostics) diagnostics.push(diagnostic);
  diagnostics.sort((a, b) => compare(a.range.start, b.range.start));
  let next = 0;
  return {
    kind,
    range: { start: { line: 0, character: 0 }, end: wholeLine(lines.last).end },
    blocks: parsed.map(({ block, request }) => ({ ...block, request: request && checked.requests[next++] })),
    requests: checked.requests,
    variables,
    diagnostics,
  };
}

interface ParsedBlock {
  readonly block: Omit<Block, 'request'>;
  readonly request: DraftRequest['request'] | undefined;
  readonly found: readonly Diagnostic[];
}

type Preamble = (Comment | Directive | FileVariable | Script)[];

/** Undefined for blank lines at the start of a file. */
function parseBlock(context: ParseContext): ParsedBlock | undefined {
  const { lines, diagnostics: found } = context;
  const first = lines.peek();
  const separator = first && isRequestSeparator(first) ? requestSeparator(context.take()) : undefined;
  let start = separator?.range.start;
  const preamble: Preamble = [];
  let body: ReturnType<typeof parseRequest> | undefined;
  let isForeign = false;
  while (!body) {
    const line = lines.peek();
    if (line === undefined || isRequestSeparator(line)) break;
    if (isBlank(line.text)) {
      context.take();
      continue;
    }
    start ??= wholeLine(line).start;
    const form = isForeign ? undefined : targetForm(line);
    if (form) body = parseRequest(context, form);
    else if (isForeign || !parsePreambleLine(context, preamble)) isForeign = parseStrayLine(context);
  }
  if (!start) return undefined;

  const directives = preamble.filter((node) => node.kind === 'directive');
  reportRepeated(context, directives);
  const range = { start, end: context.end };
  const block = { kind: 'block' as const, range, separator, preamble };
  if (!body) {
    reportNoTarget(context, directives);
    return { block, request: undefined, found };
  }
  const name = requestName(directives) ?? separator?.title;
  return { block, request: { kind: 'request', range, name, directives, ...body }, found };
}

/**
 * Takes a line that belongs to no request of ours.
 * @returns whether the rest of the block does not either
 */
function parseStrayLine(context: ParseContext): boolean {
  const line = context.take();
  if (context.kind === 'http') return true;
  if (!context.diagnostics.some(({ code }) => code === 'target.expected'))
    context.report('error', 'target.expected', wholeLine(line), targetExpected(line.text));
  return false;
}

/** Takes a comment, directive, variable or script; false for anything else. */
function parsePreambleLine(context: ParseContext, preamble: Preamble): boolean {
  const line = context.lines.peek()!;
  const script = scriptForm(line.text);
  if (script) {
    preamble.push(parseScript(context, script));
    return true;
  }
  const node = isVariable(line.text) ? parseVariable(context, line) : parseComment(context, line, 'request');
  if (!node && !isVariable(line.text)) return false;
  context.take();
  if (node) preamble.push(node);
  return true;
}

function requestName(directives: readonly Directive[]): Request['name'] {
  const directive = directives.find(({ name }) => name.text === 'name');
  const text = directive?.argument && literalText(directive.argument);
  return directive?.argument && text ? { text, range: directive.argument.range } : undefined;
}

function reportNoTarget(context: ParseContext, directives: readonly Directive[]): void {
  const [directive] = directives;
  if (directive && !context.diagnostics.some(({ code }) => code === 'target.expected'))
    context.report(
      'error',
      'target.expected',
      directive.range,
      'A directive belongs to a request, and this block has none: write a target such as WEBSOCKET ws://host/path below it.',
    );
}
