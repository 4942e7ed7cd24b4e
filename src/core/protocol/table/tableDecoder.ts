import type { UnitProblem } from '../../../shared/units.ts';
import { elementRanges } from '../json/jsonRanges.ts';
import { isProblem, readJson, type JsonText } from '../json/jsonText.ts';
import { MAX_UNITS } from '../limits.ts';
import type { Decoder, Role, WireMessage } from '../protocolModule.ts';
import { type Decoded, type DecodedUnit, failed } from '../unit.ts';
import type { ProtocolTable } from './protocolTable.ts';
import { type CompiledRule, compileRule, type Envelope } from './tableRules.ts';

const LINE_FEED = 0x0a;

/**
 * Decodes messages by the rules of a table. It is stateless: the meaning of a message does not depend on earlier ones.
 */
export function createTableDecoder(table: ProtocolTable): Decoder {
  const rules = table.rules.map(compileRule);
  return {
    decode: (message) => decodeEnvelopes(table, rules, message),
    checkpoint: () => '',
  };
}

function decodeEnvelopes(
  table: ProtocolTable,
  rules: readonly CompiledRule[],
  message: WireMessage,
): Decoded {
  const { data, kind, from } = message;
  if (kind === 'binary' && !startsLikeJson(data)) {
    return failed('decode.json', `${table.title} sends JSON, and this binary message is not JSON.`, 0);
  }
  // Nearly every message is one envelope, which needs no generator.
  const json = table.envelopes === 'lines' ? undefined : readJson(data);
  if (json && isProblem(json)) return { units: [], problems: [json] };
  if (json && (table.envelopes !== 'batch' || !Array.isArray(json.value))) {
    const envelope = whole(json);
    const unit = firstUnit(rules, envelope, from);
    return unit ? { units: [unit], problems: [] } : { units: [], problems: [noRule(table, envelope)] };
  }
  const units: DecodedUnit[] = [];
  const problems: UnitProblem[] = [];
  for (const envelope of json ? elements(json) : lines(data)) {
    if (units.length >= MAX_UNITS) {
      const limit = `More than ${MAX_UNITS} units in one message are not decoded.`;
      problems.push({
        code: 'decode.limit',
        message: limit,
        at: 'code' in envelope ? envelope.at : envelope.start,
      });
      break;
    }
    if ('code' in envelope) {
      problems.push(envelope);
      continue;
    }
    const unit = firstUnit(rules, envelope, from);
    if (unit) units.push(unit);
    else problems.push(noRule(table, envelope));
  }
  return { units, problems };
}

function firstUnit(rules: readonly CompiledRule[], envelope: Envelope, from: Role): DecodedUnit | undefined {
  for (const rule of rules) {
    const unit = rule(envelope, from);
    if (unit) return unit;
  }
  return undefined;
}

function noRule({ title }: ProtocolTable, { start }: Envelope): UnitProblem {
  return { code: 'decode.envelope', message: `This JSON is not a message of ${title}.`, at: start };
}

function* lines(data: Uint8Array): Generator<Envelope | UnitProblem> {
  for (let start = 0; start < data.length;) {
    const found = data.indexOf(LINE_FEED, start);
    const end = found < 0 ? data.length : found;
    const json = end > start && readJson(data, start, end);
    if (json) yield isProblem(json) ? json : whole(json);
    start = end + 1;
  }
}

/** The envelopes of a batch. */
function* elements(json: JsonText): Generator<Envelope> {
  let index = 0;
  for (const range of elementRanges(json.bytes, json.start)) {
    yield { ...range, json, value: (json.value as unknown[])[index++] };
  }
}

/** White space around the value is not part of the envelope. */
function whole(json: JsonText): Envelope {
  let { start, end } = json;
  while (json.bytes[start]! <= 0x20) start++;
  while (json.bytes[end - 1]! <= 0x20) end--;
  return { start, end, json, value: json.value };
}

function startsLikeJson(data: Uint8Array): boolean {
  let at = 0;
  while (at < data.length && data[at]! <= 0x20) at++;
  return data[at] === 0x7b || data[at] === 0x5b;
}
