import { isRequestSeparator, scriptForm, stepSeparator, type TargetForm } from './lineForms.ts';
import { indentation, isBlank, type Line } from './lines.ts';
import { headerIn, parseComment } from './parseComment.ts';
import { wholeLine, type ParseContext } from './parseContext.ts';
import { parseSteps } from './parseSteps.ts';
import { rangeAcross, rangeInLine, textInLine, type Text } from './range.ts';
import { joinTexts, scanTemplate, type TemplatePart } from './template.ts';
import type { Comment, Directive, Header, Request, Target } from './tree.ts';

/** Reads a request from its target line to the end of its block. */
export function parseRequest(
  context: ParseContext,
  form: TargetForm,
): Pick<Request, 'role' | 'listen' | 'target' | 'headers' | 'comments' | 'steps'> {
  if (form.keyword?.text === 'PROXY') return parseProxy(context, form);
  const line = context.take();
  const role = form.keyword?.text === 'SERVE' ? 'server' : 'client';
  const headers: Header[] = [];
  const comments: (Comment | Directive)[] = [];
  const continuation: Text[] = [];
  for (;;) {
    const next = context.lines.peek();
    if (next === undefined || isBlank(next.text) || isRequestSeparator(next)) break;
    if (stepSeparator(next, role) || scriptForm(next.text)) break;
    if (headers.length === 0 && isContinuation(next.text)) {
      const { number, text } = context.take();
      continuation.push(textInLine(number, text, indentation(text), text.trimEnd().length));
      continue;
    }
    const comment = parseComment(context, next);
    if (comment) {
      context.take();
      comments.push(comment);
      continue;
    }
    const header = parseHeader(context, next);
    if (header === 'payload') break;
    context.take();
    if (header) headers.push(header);
  }
  const target = parseTarget(context, line, form, continuation);
  return { role, target, headers, comments, steps: parseSteps(context, role) };
}

/** A proxy has no messages of its own: its block holds directives and headers only. */
function parseProxy(context: ParseContext, form: TargetForm): ReturnType<typeof parseRequest> {
  const line = context.take();
  const headers: Header[] = [];
  const comments: (Comment | Directive)[] = [];
  for (;;) {
    const next = context.lines.peek();
    if (next === undefined || isRequestSeparator(next)) break;
    const comment = parseComment(context, next);
    if (comment) comments.push(comment);
    else if (!isBlank(next.text)) {
      const header = looksLikeHeader(next) ? parseHeader(context, next) : undefined;
      if (typeof header === 'object') headers.push(header);
      else context.report('error', 'header.invalid', wholeLine(next), PROXY_LINE);
    }
    context.take();
  }
  const { text, number } = line;
  const arrow = text.slice(0, form.urlEnd).indexOf('->', form.urlAt);
  if (arrow === -1) context.report('error', 'target.expected', wholeLine(line), NO_ARROW);
  const listenEnd = arrow === -1 ? form.urlEnd : text.slice(0, arrow).trimEnd().length;
  const afterArrow = arrow === -1 ? form.urlEnd : arrow + 2;
  const urlAt = Math.min(afterArrow + indentation(text.slice(afterArrow)), form.urlEnd);
  const template = (from: number, to: number): Target['url'] => {
    const { parts, problems } = scanTemplate(text.slice(from, to), number, from);
    for (const { code, range, message } of problems) context.report('error', code, range, message);
    return { range: rangeInLine(number, from, to), parts };
  };
  const url = template(urlAt, form.urlEnd);
  const range = rangeAcross(form.keyword!.range, url.range);
  return {
    role: 'client',
    listen: template(form.urlAt, Math.max(form.urlAt, listenEnd)),
    target: { kind: 'target', range, keyword: form.keyword, url, continuation: [], version: undefined },
    headers,
    comments,
    steps: [],
  };
}

function looksLikeHeader(line: Line): boolean {
  const start = indentation(line.text);
  const isMistake = headerMistake(line.text.slice(start)) !== undefined;
  return !isMistake && headerIn(line, start, line.text.trimEnd().length) !== undefined;
}

const NO_ARROW =
  'A proxy listens at one URL and connects to another: write PROXY ws://127.0.0.1:8081 -> wss://host/path.';
const PROXY_LINE =
  'A PROXY block holds only directives and headers, because a proxy has no messages of its own: remove this line, or start another block with ###.';

/** A path or a query that continues the URL of the line above. */
function isContinuation(text: string): boolean {
  return /^\s*(?:[?&]|\/(?!\/))/.test(text);
}

function parseTarget(
  context: ParseContext,
  line: Line,
  form: TargetForm,
  continuation: readonly Text[],
): Target {
  const { keyword, urlAt } = form;
  let { urlEnd } = form;
  const tail = line.text.slice(Math.max(urlAt, urlEnd - 16), urlEnd);
  const versionText = /\sHTTP\/[\d.]+$/.exec(tail)?.[0].slice(1);
  let version: Text | undefined;
  if (versionText !== undefined) {
    version = textInLine(line.number, line.text, urlEnd - versionText.length, urlEnd);
    urlEnd = line.text.slice(0, urlEnd - versionText.length).trimEnd().length;
    context.report(
      'information',
      'target.version',
      version.range,
      'A WebSocket handshake is always HTTP/1.1: the version is ignored and can be removed.',
    );
  }
  const parts: TemplatePart[] = [];
  const written = [textInLine(line.number, line.text, urlAt, urlEnd), ...continuation];
  for (const { text, range } of written) {
    const scanned = scanTemplate(text, range.start.line, range.start.character);
    for (const part of scanned.parts) parts.push(part);
    for (const { code, range: at, message } of scanned.problems) context.report('error', code, at, message);
  }
  const urlRange = rangeAcross(written[0]!.range, written.at(-1)!.range);
  reportOtherTargets(context, line, keyword, written[0]!);
  return {
    kind: 'target',
    range: rangeAcross(
      keyword?.range ?? urlRange,
      version && continuation.length === 0 ? version.range : urlRange,
    ),
    keyword,
    url: { range: urlRange, parts: joinTexts(parts) },
    continuation,
    version,
  };
}

function reportOtherTargets(context: ParseContext, line: Line, keyword: Text | undefined, url: Text): void {
  if (keyword?.text === 'WSS' && /^ws:/i.test(url.text.slice(0, 3)))
    context.report(
      'warning',
      'target.scheme',
      url.range,
      'This connection is not encrypted, because the URL says ws: write wss:// to encrypt it.',
    );
  if (keyword?.text !== 'WEBSOCKET' && keyword?.text !== 'SERVE')
    context.report(
      'hint',
      'portability',
      keyword?.range ?? wholeLine(line),
      'JetBrains knows only the form WEBSOCKET ws://…; write it so that the file works there too.',
    );
}

/**
 * Parses a header; undefined if the line is not a header, `payload` if a message starts without an empty line
 * above it.
 */
function parseHeader(context: ParseContext, line: Line): Header | 'payload' | undefined {
  const { text, number } = line;
  const start = indentation(text);
  const mistake = headerMistake(text.slice(start));
  if (mistake === 'payload') {
    context.report(
      'warning',
      'payload.adjacent',
      wholeLine(line),
      'The message starts here, though no empty line stands above it: leave one, so that other clients send it too.',
    );
    return 'payload';
  }
  const end = Math.max(text.trimEnd().length, text.indexOf(':') + 1);
  const header = mistake === undefined ? headerIn(line, start, end) : undefined;
  if (!header) {
    const [code, message] =
      text[start] === '@'
        ? ([
            'variable.misplaced',
            'Variables of the file stand above the target: move this line there.',
          ] as const)
        : (['header.invalid', mistake ?? NO_HEADER] as const);
    context.report('error', code, wholeLine(line), message);
    return undefined;
  }
  const { range: valueRange } = header.value;
  const { problems } = scanTemplate(
    text.slice(valueRange.start.character, valueRange.end.character),
    number,
    valueRange.start.character,
  );
  for (const problem of problems) context.report('error', problem.code, problem.range, problem.message);
  if (/^sec-websocket-protocol$/i.test(header.name.text))
    context.report(
      'hint',
      'portability',
      header.range,
      'httpYac sends this header, and then refuses the subprotocol that the server chooses.',
    );
  return header;
}

const NO_HEADER = 'This line is not a header: write Name: value, or leave an empty line before the message.';

/** Why a line is not a header: a sentence, or `payload` for a line that can only be the start of a message. */
function headerMistake(content: string): string | undefined {
  switch (content[0]) {
    case '@':
    case ':':
      return NO_HEADER;
    case '"':
      // The name is quoted as in JSON. Sending the line as a message would reveal a value that is meant as a header.
      if (/^"[\w-]{1,100}"\s*:/.test(content))
        return 'This header is written as in JSON: write Name: value, without quotation marks and without a comma.';
      return 'payload';
    case '{':
      if (/^\{\{[^{}]{0,200}\}\}[\w-]{0,100}\s*:(?!\/\/)/.test(content))
        return 'The name of a header cannot come from a variable: write the name itself, or leave an empty line before the message.';
      return 'payload';
    case '[':
    case '<':
      return 'payload';
    default:
      return undefined;
  }
}
