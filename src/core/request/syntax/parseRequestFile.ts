import { compare } from './range.ts';
import type { Diagnostic } from './diagnostic.ts';
import { mistakenTarget, isRequestSeparator, requestSeparator, scriptForm, targetForm } from './lineForms.ts';
import { isBlank, createLineReader } from './lines.ts';
import { parseComment, parseScript } from './parseComment.ts';
import { createParseContext, wholeLine, type ParseContext } from './parseContext.ts';
import { isVariable, parseVariable, targetExpected } from './parsePreamble.ts';
import { listOf } from './everyBlock.ts';
import { parseRequest } from './parseRequest.ts';
import { literalText } from './template.ts';
import type {
  Block,
  Comment,
  Defaults,
  Directive,
  FileVariable,
  Request,
  RequestFile,
  RequestFileKind,
  Script,
} from './tree.ts';

/**
 * Parses a request file (docs/request-files.md) into a tree. Never throws: the tree holds everything that
 * could be read, and the diagnostics report the rest. `analyzeRequestFile` also checks the meaning of the
 * tree. Takes linear time.
 */
export function parseRequestFile(source: string, kind: RequestFileKind = 'ws'): RequestFile {
  const lines = createLineReader(source);
  const parsed: ParsedBlock[] = [];
  while (lines.peek()) {
    const block = parseBlock(createParseContext(kind, lines));
    if (block) parsed.push(block);
  }
  const defaults = defaultsOf(parsed[0]);
  const blocks: Block[] = [];
  const lists: Record<ReturnType<typeof listOf>, Request[]> = { requests: [], servers: [], proxies: [] };
  const diagnostics: Diagnostic[] = [];
  for (const { block, body, name, diagnostics: ofBlock, directives } of parsed) {
    // In .http files the requests of other protocols belong to other extensions.
    const isOurs = kind === 'ws' || body !== undefined || (defaults && block === parsed[0]?.block);
    for (const diagnostic of ofBlock)
      if (isOurs || diagnostic.code === 'target.expected') diagnostics.push(diagnostic);
    if (!body) {
      blocks.push({ ...block, request: undefined });
      continue;
    }
    const request: Request = {
      kind: 'request',
      range: block.range,
      name,
      ...body,
      directives: body.listen ? [...directives, ...directivesBelow(body)] : directives,
      index: lists[listOf(body)].length,
      ...(defaults && { defaults }),
      error: firstError(ofBlock),
    };
    lists[listOf(request)].push(request);
    blocks.push({ ...block, request });
  }
  diagnostics.sort((a, b) => compare(a.range.start, b.range.start));
  return {
    kind,
    range: { start: { line: 0, character: 0 }, end: wholeLine(lines.last).end },
    blocks,
    ...lists,
    ...(defaults && { defaults }),
    variables: parsed.flatMap(({ block }) => block.preamble.filter((node) => node.kind === 'variable')),
    diagnostics,
  };
}

interface ParsedBlock {
  readonly block: Omit<Block, 'request'>;
  readonly directives: readonly Directive[];
  readonly body: ReturnType<typeof parseRequest> | undefined;
  readonly name: Request['name'];
  readonly diagnostics: readonly Diagnostic[];
}

type Preamble = (Comment | Directive | FileVariable | Script)[];

/** The directives of a first block that holds only comments, variables and directives. */
function defaultsOf(first: ParsedBlock | undefined): Defaults | undefined {
  if (!first || first.body || first.block.isForeign || first.directives.length === 0) return undefined;
  return { directives: first.directives };
}

function firstError(diagnostics: readonly Diagnostic[]): Request['error'] {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  return error && { code: error.code, message: error.message, range: error.range };
}

function directivesBelow({ comments }: Pick<Request, 'comments'>): Directive[] {
  return comments.filter((node) => node.kind === 'directive');
}

/** Undefined for blank lines at the start of a file. */
function parseBlock(context: ParseContext): ParsedBlock | undefined {
  const { lines, diagnostics } = context;
  const first = lines.peek();
  const separator = first && isRequestSeparator(first) ? requestSeparator(context.take()) : undefined;
  let start = separator?.range.start;
  const preamble: Preamble = [];
  let body: ParsedBlock['body'];
  let isForeign = false;
  while (!body) {
    const line = lines.peek();
    if (line === undefined || isRequestSeparator(line)) break;
    if (isBlank(line.text)) {
      context.take();
      continue;
    }
    start ??= wholeLine(line).start;
    // The lines after a line of another protocol are its headers and body.
    const isSkipped = isForeign && context.kind === 'http';
    const form = isSkipped ? undefined : targetForm(line, context.kind);
    if (form) body = parseRequest(context, form);
    else if (isSkipped) context.take();
    else if (!parsePreambleLine(context, preamble)) {
      parseStrayLine(context);
      isForeign = true;
    }
  }
  if (!start) return undefined;
  const directives = preamble.filter((node) => node.kind === 'directive');
  return {
    block: {
      kind: 'block',
      range: { start, end: context.end },
      separator,
      preamble,
      ...(isForeign && !body && { isForeign: true }),
    },
    directives,
    body,
    name:
      givenName(body?.listen ? [...directives, ...directivesBelow(body)] : directives) ?? separator?.title,
    diagnostics,
  };
}

/** Takes a line outside our requests, and reports one that was probably meant to start one. */
function parseStrayLine(context: ParseContext): void {
  const line = context.take();
  const almost = mistakenTarget(line);
  if (context.kind === 'http' && !almost) return;
  if (context.diagnostics.some(({ code }) => code === 'target.expected')) return;
  context.report(
    context.kind === 'http' ? 'warning' : 'error',
    'target.expected',
    almost?.range ?? wholeLine(line),
    targetExpected(line.text, almost),
  );
}

/** Takes a comment, directive, variable or script; false for anything else. */
function parsePreambleLine(context: ParseContext, preamble: Preamble): boolean {
  const line = context.lines.peek()!;
  const script = scriptForm(line.text);
  if (script) {
    preamble.push(parseScript(context, script));
    return true;
  }
  const node = isVariable(line.text) ? parseVariable(context, line) : parseComment(context, line);
  if (!node && !isVariable(line.text)) return false;
  context.take();
  if (node) preamble.push(node);
  return true;
}

function givenName(directives: readonly Directive[]): Request['name'] {
  const directive = directives.find(({ name }) => name.text === 'name');
  const text = directive?.argument && literalText(directive.argument);
  return directive?.argument && text ? { text, range: directive.argument.range } : undefined;
}
