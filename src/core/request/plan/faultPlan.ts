import { invalidCloseCode } from '../../session/options/validate.ts';
import { excerpt } from '../../text/excerpt.ts';
import { parseDuration, parseSize, type Measured } from '../../text/units.ts';
import { compileCondition, type CompiledCondition } from '../condition/compileCondition.ts';
import { HANDSHAKE_SUBJECTS, UNIT_SUBJECTS, type Condition } from '../syntax/conditionTree.ts';
import type { DiagnosticCode, Problem } from '../syntax/diagnostic.ts';
import type { ClauseName, Fault, FaultKind } from '../syntax/faultTree.ts';
import type { Range } from '../syntax/range.ts';
import type { Template } from '../syntax/template.ts';
import type { Scope } from '../variables/scope.ts';

/** `in`: from the server to the client, `out`: from the client to the server. */
export type FaultDirection = 'in' | 'out';

/** A fault of a proxy, its values filled in and checked. */
export interface FaultPlan {
  readonly kind: FaultKind;
  /** Line number in its file, from 0; undefined if it does not stand in a file. */
  readonly line: number | undefined;
  /** As it is reported: `drop in probability 0.1`. */
  readonly written: string;
  readonly directions: ReadonlySet<FaultDirection>;
  /**
   * Milliseconds for `delay`, `hold` and `stall`, bytes per second for `throttle`, bytes for `fragment`, the
   * code for `close`, the status for `refuse`; otherwise 0. A `hold` or `stall` of 0 does not end
   * automatically.
   */
  readonly value: number;
  /** Milliseconds by which a delay may differ, up and down. */
  readonly jitter: number;
  /**
   * The fault begins after this many messages, after this many connections, or this many milliseconds after
   * the opening.
   */
  readonly after: { readonly messages: number; readonly connections: number; readonly time: number };
  /** Maximum occurrences: in a connection, or for `refuse` while the proxy runs. */
  readonly count: number;
  readonly probability: number;
  /** Undefined: every run draws different numbers. */
  readonly seed: number | undefined;
  readonly where: CompiledCondition | undefined;
  /** Whether its condition asks for the units of the block's protocol. */
  readonly needsUnits: boolean;
}

/** Milliseconds. */
const HOUR = 3_600_000;

/** Faults that happen at most once in a connection. */
const ONCE: ReadonlySet<FaultKind> = new Set(['stall', 'half-open', 'close']);

/**
 * @param hasProtocol whether the block names a protocol, so that conditions can ask for its units
 * @returns the plan, or all problems, each at its place
 */
export function faultPlan(
  fault: Fault,
  scope: Scope,
  hasProtocol: boolean,
): { readonly plan: FaultPlan } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const fail = (range: Range, message: string, code: DiagnosticCode = 'directive.argument'): void => {
    problems.push({ code, range, message });
  };
  const text = (template: Template | undefined): string | undefined => {
    if (!template) return undefined;
    const resolved = scope.resolve(template);
    if ('text' in resolved) return resolved.text;
    problems.push(...resolved.problems);
    return undefined;
  };
  const number = (
    template: Template | undefined,
    read: (written: string) => Measured,
  ): number | undefined => {
    const written = text(template);
    if (!template || written === undefined) return undefined;
    const measured = read(written);
    if ('value' in measured) return measured.value;
    fail(template.range, measured.problem);
    return undefined;
  };
  const kind = fault.fault.text;
  const clause = (name: ClauseName): Fault['clauses'][number] | undefined =>
    fault.clauses.find((each) => each.name.text === name);
  const words = [kind, text(fault.value)];
  for (const { name, value, unit } of fault.clauses) words.push(name.text, text(value), unit?.text);

  const where = fault.condition && compileCondition(fault.condition, scope);
  const misplaced = fault.condition && conditionProblem(fault.condition, hasProtocol);
  if (misplaced) fail(fault.condition.subject.range, misplaced, 'condition.subject');
  if (where && 'problems' in where) problems.push(...where.problems);
  else if (where) words.push('where', where.written);
  const ways = (['in', 'out'] as const).filter((way) => clause(way));
  const plan: FaultPlan = {
    kind,
    line: fault.range.start.line,
    written: words.filter((word) => word !== undefined).join(' '),
    directions: new Set(ways.length === 0 ? (['in', 'out'] as const) : ways),
    value: number(fault.value, VALUES[kind] ?? count) ?? 0,
    jitter: number(clause('jitter')?.value, delay) ?? 0,
    after: { messages: 0, connections: 0, time: 0, ...afterOf(clause('after'), kind, number, fail) },
    count: number(clause('count')?.value, count) ?? (ONCE.has(kind) ? 1 : Infinity),
    probability: number(clause('probability')?.value, probability) ?? 1,
    seed: number(clause('seed')?.value, seed),
    where: where && 'written' in where ? where : undefined,
    needsUnits: fault.condition !== undefined && UNIT_SUBJECTS.has(fault.condition.subject.of),
  };
  if (plan.seed !== undefined && plan.probability === 1 && plan.jitter === 0 && kind !== 'corrupt')
    fail(clause('seed')!.name.range, 'Nothing here is random, so a seed has no effect: remove it.');
  // The text of a value is resolved twice: once for the report.
  return problems.length > 0 ? { problems: distinct(problems) } : { plan };
}

/** A fault as it is reported: with its line, if it stands in a file. */
export function faultText({ written, line }: FaultPlan): string {
  return line === undefined ? written : `${written} (line ${line + 1})`;
}

function afterOf(
  clause: Fault['clauses'][number] | undefined,
  kind: FaultKind,
  number: (template: Template | undefined, read: (written: string) => Measured) => number | undefined,
  fail: (range: Range, message: string) => void,
): Partial<FaultPlan['after']> {
  if (!clause) return {};
  const ofConnections = clause.unit?.text.startsWith('connection');
  if ((kind === 'refuse') !== (ofConnections ?? kind === 'refuse')) {
    const right = kind === 'refuse' ? 'after 2 connections' : 'after 100 messages';
    fail(clause.unit!.range, `${kind} does not count ${clause.unit!.text}: write it as in ${right}.`);
    return {};
  }
  if (!clause.unit) {
    if (kind === 'refuse') {
      fail(clause.name.range, 'refuse counts connections: write it as in after 2 connections.');
      return {};
    }
    return { time: number(clause.value, (written) => after(written)) ?? 0 };
  }
  const counted = number(clause.value, count) ?? 0;
  return ofConnections ? { connections: counted } : { messages: counted };
}

/** Why a condition cannot be judged for a message that passes a proxy. */
function conditionProblem({ subject: { of } }: Condition, hasProtocol: boolean): string | undefined {
  if (HANDSHAKE_SUBJECTS.has(of) || of.startsWith('close.') || of === 'latency')
    return `A fault applies to messages, and a message has no ${of}: use a JSONPath such as $.type, text, size or kind.`;
  if (UNIT_SUBJECTS.has(of) && !hasProtocol)
    return `A message has a ${of} only in a protocol: name it with # @protocol in this block, or use a JSONPath such as $.type.`;
  return undefined;
}

function delay(written: string): Measured {
  const measured = parseDuration(written);
  return 'value' in measured && measured.value > HOUR
    ? { problem: `${excerpt(written)} is longer than an hour: use at most 1h.` }
    : measured;
}

function after(written: string): Measured {
  if (/^\d+$/.test(written))
    return {
      problem: `${written} has no unit: write after ${written} messages, or after ${written}s.`,
    };
  return delay(written);
}

function rate(written: string): Measured {
  const size = /^(.*)\/s$/.exec(written)?.[1];
  if (size === undefined) return { problem: `${excerpt(written)} is not a rate: write it as in 20KiB/s.` };
  return atLeastOne(written, parseSize(size));
}

function atLeastOne(written: string, measured: Measured): Measured {
  if ('problem' in measured || measured.value > 0) return measured;
  return { problem: `${excerpt(written)} lets nothing pass: use at least 1B, or stall.` };
}

function closeCode(written: string): Measured {
  const code = /^\d{1,5}$/.test(written) ? Number(written) : NaN;
  // No frame carries these codes: 1005 is a close frame without a code, 1006 is no close frame (RFC 6455,
  // section 7.4.1).
  if (code === 1005 || code === 1006) return { value: code };
  const problem = invalidCloseCode(code);
  return problem === undefined ? { value: code } : { problem };
}

function refusal(written: string): Measured {
  if (/^[45]\d\d$/.test(written)) return { value: Number(written) };
  return {
    problem: `${excerpt(written)} is not a status that refuses a handshake: use 400 to 599, such as 503.`,
  };
}

function count(written: string): Measured {
  if (/^[1-9]\d{0,8}$/.test(written)) return { value: Number(written) };
  return { problem: `${excerpt(written)} is not a number of times: use a whole number from 1.` };
}

function probability(written: string): Measured {
  const value = /^(?:0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(written) ? Number(written) : undefined;
  if (value !== undefined && value > 0) return { value };
  return {
    problem: `${excerpt(written)} is not a probability: use a number above 0 and up to 1, such as 0.1.`,
  };
}

function seed(written: string): Measured {
  if (/^\d{1,9}$/.test(written)) return { value: Number(written) };
  return { problem: `${excerpt(written)} is not a seed: use a whole number of at most nine digits.` };
}

const VALUES: Partial<Record<FaultKind, (written: string) => Measured>> = {
  delay,
  throttle: rate,
  fragment: (written) => atLeastOne(written, parseSize(written)),
  hold: delay,
  stall: delay,
  close: closeCode,
  refuse: refusal,
};

function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, range, message }) => {
    const key = JSON.stringify([code, range, message]);
    return !seen.has(key) && seen.add(key);
  });
}
