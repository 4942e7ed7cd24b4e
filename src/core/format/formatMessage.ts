import type { FormattedDocument, View } from '../../shared/formatProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';
import { hexRows } from './hexRows.ts';
import type { JsonProblem } from './jsonScanner.ts';
import type { LineView } from './lineView.ts';
import { prettyJson } from './prettyJson.ts';
import { prettyXml } from './prettyXml.ts';
import { rawText } from './rawText.ts';
import type { Content } from './sniff.ts';
import { sniff } from './sniff.ts';
import { findInvalidUtf8 } from './utf8.ts';

export interface Formatted {
  readonly view: LineView;
  readonly language: FormattedDocument['language'];
  readonly remark: string | undefined;
}

/**
 * Formats a row's payload in the requested view. If its bytes do not allow that view, it uses the nearest one and a
 * remark says why. Payloads are never parsed into values, so their spelling is kept. Yields the part done, from 0 to 1,
 * about once per MiB. To cancel, stop iterating.
 */
export function* formatMessage(bytes: Uint8Array, kind: Kind, view: View): Generator<number, Formatted> {
  if (view === 'hex') return hex(bytes, undefined);
  const content = sniff(bytes, kind);
  if (view === 'raw') {
    const remark = (yield* utf8Remark(bytes, 0, 0.3)) ?? (content === 'binary' ? BINARY_AS_TEXT : undefined);
    return { view: yield* within(rawText(bytes), 0.3, 1), language: 'text', remark };
  }
  if (content === 'binary') return hex(bytes, bytes.length > 0 ? NEITHER : undefined);

  const invalid = yield* utf8Remark(bytes, 0, 0.2);
  const found = foundIn(kind, content);
  if (content === 'json') {
    const result = yield* within(prettyJson(bytes), 0.2, 0.8);
    if ('line' in result) return { view: result, language: 'json', remark: invalid ?? found };
    const text = yield* within(rawText(bytes), 0.8, 1);
    return { view: text, language: 'text', remark: notJson(result, bytes.length) };
  }
  if (content === 'xml') {
    const result = yield* within(prettyXml(bytes), 0.2, 0.8);
    if ('line' in result) return { view: result, language: 'xml', remark: invalid ?? found };
    const text = yield* within(rawText(bytes), 0.8, 1);
    return { view: text, language: 'text', remark: invalid ?? notXml(result, bytes) };
  }
  return { view: yield* within(rawText(bytes), 0.2, 1), language: 'text', remark: invalid ?? found };
}

const NEITHER = 'These bytes are neither JSON nor UTF-8 text, so they are shown as hex.';
const BINARY_AS_TEXT =
  'This is a binary message: as text, some of its bytes have no character. Hex shows them all.';

/** One sentence: where and why bytes are not JSON. */
export function describeJsonProblem(problem: JsonProblem, where: string): string {
  return `Not JSON ${where}: expected ${problem.expected}.`;
}

function notJson(problem: JsonProblem, length: number): string {
  const where = problem.at >= length ? 'because it ends too early' : `from byte ${problem.at} on`;
  return `${describeJsonProblem(problem, where)} Shown as it is.`;
}

const GREATER = 0x3e;

/**
 * Text that only begins like XML may be something else. It counts as XML, with a problem, if it also ends
 * with `>`.
 */
function notXml({ at, expected }: JsonProblem, bytes: Uint8Array): string | undefined {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1]! <= 0x20) end--;
  if (bytes[end - 1] !== GREATER) return undefined;
  const where = at >= bytes.length ? 'because it ends too early' : `from byte ${at} on`;
  return `Not XML ${where}: expected ${expected}. Shown as it is.`;
}

function hex(bytes: Uint8Array, remark: string | undefined): Formatted {
  return { view: hexRows(bytes), language: 'hex', remark };
}

/** The remark about the content of a binary message; a text message needs none. */
function foundIn(kind: Kind, content: Content): string | undefined {
  if (kind !== 'binary') return undefined;
  const what = { json: 'JSON', xml: 'XML', text: 'UTF-8 text', binary: 'bytes' }[content];
  return `A binary message that holds ${what}.`;
}

function* utf8Remark(bytes: Uint8Array, from: number, to: number): Generator<number, string | undefined> {
  const checking = findInvalidUtf8(bytes);
  let step = checking.next();
  for (; !step.done; step = checking.next()) yield from + ((to - from) * step.value) / bytes.length;
  if (step.value === undefined) return undefined;
  return `Not valid UTF-8 at byte ${step.value}: invalid bytes are shown as \uFFFD. Hex shows them as they are.`;
}

/** Maps the progress of one part, 0 to 1, to its share of the whole. */
function* within<T>(part: Generator<number, T>, from: number, to: number): Generator<number, T> {
  let step = part.next();
  for (; !step.done; step = part.next()) yield from + (to - from) * step.value;
  return step.value;
}
