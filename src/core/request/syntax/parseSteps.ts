import {
  fileForm,
  isRequestSeparator,
  intendedSeparator,
  scriptForm,
  stepSeparator,
  targetForm,
  type FileForm,
} from './lineForms.ts';
import { isBlank, type Line } from './lines.ts';
import { parseComment, parseScript } from './parseComment.ts';
import { wholeLine, type ParseContext } from './parseContext.ts';
import { payloadText, type PayloadText } from './payloadText.ts';
import { portabilityHint } from './portability.ts';
import { rangeInLine, type Range } from './range.ts';
import { scanTemplate } from './template.ts';
import type { Role } from '../../protocol/protocolModule.ts';
import type { Comment, Directive, Payload, Script, Step, StepSeparator } from './tree.ts';

/** Parses the steps after the headers, up to the end of the block. */
export function parseSteps(context: ParseContext, role: Role): Step[] {
  const steps: Step[] = [];
  let separator: StepSeparator | undefined;
  for (;;) {
    const step = parseStep(context, separator, steps.length, role);
    if (step) steps.push(step);
    const line = context.lines.peek();
    separator = line && stepSeparator(line, role);
    if (separator === undefined) return steps;
    context.take();
    if (separator.comment && role === 'client')
      context.report(
        'hint',
        'portability',
        separator.comment.range,
        'httpYac sends this line as text, because of the comment: put it on a line of its own below.',
      );
  }
}

interface Draft {
  readonly role: Role;
  readonly directives: Directive[];
  readonly asides: (Comment | Directive | Script)[];
  readonly payload: PayloadText;
  readonly files: { readonly line: Line; readonly form: FileForm }[];
  /** The start of its first line that is not empty. */
  start: Range | undefined;
  /** The first empty line above the payload, and the first one below it. */
  blankAbove: Line | undefined;
  blankBelow: Line | undefined;
}

function parseStep(
  context: ParseContext,
  separator: StepSeparator | undefined,
  index: number,
  role: Role,
): Step | undefined {
  const draft: Draft = {
    role,
    directives: [],
    asides: [],
    payload: payloadText(context.lines.text),
    files: [],
    start: separator?.range,
    blankAbove: undefined,
    blankBelow: undefined,
  };
  for (;;) {
    const line = context.lines.peek();
    if (line === undefined || isRequestSeparator(line) || stepSeparator(line, role)) break;
    if (isBlank(line.text)) addBlank(draft, context.take());
    else parseLine(context, draft, line);
  }
  if (!draft.start) return undefined;
  const payload = finishPayload(context, draft);
  if (payload && role === 'client') hintAtEdges(context, draft, separator, payload);
  return {
    kind: 'step',
    index,
    range: {
      start: draft.start.start,
      end: draft.start === separator?.range && isBare(draft) ? separator.range.end : context.end,
    },
    separator,
    directives: draft.directives,
    asides: draft.asides,
    payload,
  };
}

function isBare({ directives, asides, payload }: Draft): boolean {
  return directives.length === 0 && asides.length === 0 && payload.lines === 0;
}

function parseLine(context: ParseContext, draft: Draft, line: Line): void {
  draft.start ??= wholeLine(line);
  const script = scriptForm(line.text);
  if (script) {
    draft.asides.push(parseScript(context, script));
    return;
  }
  context.take();
  const inPayload = draft.payload.lines > 0;
  const comment = parseComment(context, line);
  if (comment) {
    if (comment.kind === 'directive' && !inPayload) draft.directives.push(comment);
    else draft.asides.push(comment);
    return;
  }
  const form = fileForm(line.text);
  if (form) draft.files.push({ line, form });
  draft.payload.add(line);
  draft.blankBelow = undefined;
  hint(context, line, !inPayload, draft.role);
}

function addBlank(draft: Draft, line: Line): void {
  draft.payload.addBlank(line);
  if (draft.payload.lines === 0) draft.blankAbove ??= line;
  else draft.blankBelow ??= line;
}

/** How httpYac treats the lines beside a payload, between separators. */
function hintAtEdges(
  context: ParseContext,
  { blankAbove, blankBelow }: Draft,
  separator: StepSeparator | undefined,
  payload: Payload,
): void {
  const report = (line: Line, message: string): void =>
    context.report('hint', 'portability', wholeLine(line), message);
  const next = context.lines.peek();
  if (separator && blankAbove)
    report(blankAbove, 'httpYac sends the empty lines between === and a message with it: remove this line.');
  if (blankBelow && next && stepSeparator(next, 'client'))
    report(blankBelow, 'httpYac sends the empty lines between a message and === with it: remove this line.');
  if (separator && payload.kind === 'file' && payload.as === 'text')
    context.report(
      'hint',
      'portability',
      payload.range,
      'httpYac fills variables into a file only where it is the first message of its request.',
    );
}

/**
 * Warns about a line that is sent as text but was probably meant as something else, or that other clients read
 * differently.
 */
function hint(context: ParseContext, line: Line, isFirst: boolean, role: Role): void {
  const { text } = line;
  const warn = (code: 'separator.text' | 'payload.foreign', message: string): void =>
    context.report('warning', code, wholeLine(line), message);
  const separator = text.trimStart()[0] === '=' || isFirst ? intendedSeparator(text, role) : undefined;
  if (separator === '===')
    return warn(
      'separator.text',
      'This line is sent as text: to separate messages, write === at the start of its line and nothing but a comment behind it; to send it, write \\===.',
    );
  if (separator !== undefined)
    return warn(
      'separator.text',
      `This line is sent as text: did you mean ${separator}, at the start of the line?`,
    );
  if (isForgottenRequest(context, line))
    return warn(
      'payload.foreign',
      'This line is sent as text, and looks like the start of another request: put a line ### above it.',
    );
  if (isResponseFile(text))
    return warn(
      'payload.foreign',
      'This line is sent as text. Other clients write a response to this file, or run it as a script; that is not done here: remove the line.',
    );
  const message = role === 'client' ? portabilityHint(text) : undefined;
  if (message) context.report('hint', 'portability', wholeLine(line), message);
}

/** A target, or the request line of another protocol, in a message. A bare URL may be a message. */
function isForgottenRequest({ kind }: ParseContext, line: Line): boolean {
  if (
    targetForm(line, kind)?.keyword &&
    /^\s*(?:WEBSOCKET|WSS?|SERVE)\s+(?:wss?:\/\/|\{\{|\/)/i.test(line.text.slice(0, 200))
  )
    return true;
  return (
    /^\s*[A-Za-z]{2,20}\s+(?:wss?|https?):\/\/\S+(?:\s+HTTP\/[\d.]+)?\s*$/.test(line.text.slice(0, 2000)) &&
    isMethod(line.text)
  );
}

function isMethod(text: string): boolean {
  return /^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE|GRAPHQL|GRPC|SSE|EVENTSOURCE|MQTT|AMQP|WEBSOCKET|WSS?)\s/i.test(
    text,
  );
}

/**
 * `>> out.json`, `>>! out.json`, `<> out.json` or `> ./script.js`; not the quotation mark of a chat, which has words
 * after it.
 */
function isResponseFile(text: string): boolean {
  return /^\s*(?:(?:>>!?|<>)\s*(?:\S+|.*\.\w{1,8})|>\s+(?:\S*\.(?:js|mjs|cjs|ts)|(?:\.{0,2}\/|\{\{)\S*))\s*$/.test(
    text.slice(0, 2000),
  );
}

function finishPayload(context: ParseContext, draft: Draft): Payload | undefined {
  const [file] = draft.files;
  if (file && draft.payload.lines === 1) return filePayload(context, file.line, file.form);
  for (const { line } of draft.files)
    context.report(
      'warning',
      'file.mixed',
      wholeLine(line),
      'This line is sent as text, because a file is read only where it is the whole message: give it a step of its own, or start the line with a backslash.',
    );
  const finished = draft.payload.finish();
  if (!finished) return undefined;
  for (const { code, range, message } of finished.problems) context.report('error', code, range, message);
  return { kind: 'text', range: finished.text.range, text: finished.text };
}

function filePayload(context: ParseContext, line: Line, form: FileForm): Payload {
  const { as, encoding, pathAt, pathEnd } = form;
  const range = rangeInLine(line.number, pathAt, pathEnd);
  const scanned = scanTemplate(line.text.slice(pathAt, pathEnd), line.number, pathAt);
  for (const problem of scanned.problems)
    context.report('error', problem.code, problem.range, problem.message);
  if (encoding !== '')
    context.report(
      'error',
      'file.encoding',
      wholeLine(line),
      `Files are read as UTF-8 only: save the file as UTF-8 and write <@ without “${encoding}”.`,
    );
  if (pathAt === pathEnd)
    context.report(
      'error',
      'file.name',
      wholeLine(line),
      'The name of a file is missing: write it as in < ./message.bin, or start the line with a backslash to send it.',
    );
  return { kind: 'file', range: wholeLine(line), as, path: { range, parts: scanned.parts } };
}
