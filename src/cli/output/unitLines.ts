import type { Role } from '../../core/protocol/protocolModule.ts';
import { withoutSecrets } from '../../core/protocol/json/secretTexts.ts';
import { MASKED_VALUE, shownJson } from '../../core/protocol/unit.ts';
import { senderOf, type UnitReader } from '../../core/protocol/unitReader.ts';
import { maskUrl } from '../../core/session/secrets/mask.ts';
import { detailOf, type LineOf, type LineRow } from '../../engine/recordingFile.ts';
import type { Unit, UnitList } from '../../shared/units.ts';
import { escapeInvisible, makeVisible, visibleJson } from '../../core/format/visible.ts';

/**
 * Decodes the rows of a session or a recording. All rows must be passed, in order.
 * @param own the role of the side that recorded
 */
export function unitsOf(
  reader: UnitReader,
  { kind, direction }: LineRow,
  payload: Uint8Array,
  own?: Role,
): UnitList | undefined {
  if (kind === 'open') {
    const { protocol } = detailOf(payload);
    reader.opened(typeof protocol === 'string' ? protocol : '');
    return undefined;
  }
  if (kind !== 'text' && kind !== 'binary') return undefined;
  return reader.list(kind, senderOf(direction, own), payload);
}

/** Adds its units to the lines of a row: a member `decoded` in its JSON object, or one line per unit for people. */
export function withUnits(
  line: LineOf,
  units: (row: LineRow, payload: Uint8Array) => UnitList | undefined,
  json: boolean,
): LineOf {
  return function* (row, payload) {
    const list = units(row, payload);
    if (!list || (list.units.length === 0 && list.problems.length === 0)) {
      yield* line(row, payload);
      return;
    }
    if (!json) {
      yield* line(row, payload);
      for (const unit of list.units) yield `   ${unit.type} ${unit.summary}\n`;
      for (const { message } of list.problems) yield `   not decoded: ${makeVisible(message)}\n`;
      return;
    }
    // The line comes in pieces, of which the last one ends the object.
    let held = '';
    for (const piece of line(row, payload)) {
      if (held !== '') yield held;
      held = piece;
    }
    yield `${held.replace(/\}\n$/, '')},"decoded":${decodedJson(list)}}\n`;
  };
}

/** JSON payloads are printed in their original spelling, including numbers. */
function decodedJson({ protocol, units, problems }: UnitList): string {
  const rest = problems.length === 0 ? '' : `,"problems":${visibleJson(problems)}`;
  return `{"protocol":${JSON.stringify(protocol)},"units":[${units.map(unitJson).join(',')}]${rest}}`;
}

function unitJson(unit: Unit): string {
  const { type, name, id, replyTo, stream, error, headers, summary, payload, problems, heartbeat } = unit;
  const members = [
    `"type":"${type}"`,
    `"name":${visibleJson(name)}`,
    // Ids are already JSON: 7 and "7" differ.
    ...(id === undefined ? [] : [`"id":${shownId(id)}`]),
    ...(replyTo === undefined ? [] : [`"replyTo":${shownId(replyTo)}`]),
    ...(stream === undefined ? [] : [`"stream":${shownId(stream)}`]),
    ...(error === undefined ? [] : [`"error":${visibleJson(error)}`]),
    ...(headers === undefined ? [] : [`"headers":${visibleJson(headers)}`]),
    ...(payload === undefined ? [] : [payloadMember(type, payload)]),
    ...(heartbeat ? ['"heartbeat":true'] : []),
    `"summary":${visibleJson(summary)}`,
    ...(problems.length === 0 ? [] : [`"problems":${visibleJson(problems)}`]),
  ];
  return `{${members.join(',')}}`;
}

/**
 * An id with masked secrets: an id of Action Cable holds the parameters of a channel, one of Socket.IO 2 the query of a
 * namespace.
 */
function shownId(id: string): string {
  const isQuery = /^"\/[^"?]*\?/.test(id);
  const shown = isQuery
    ? JSON.stringify(maskUrl(JSON.parse(id) as string))
    : withoutSecrets(id, MASKED_VALUE);
  return escapeInvisible(shown);
}

function payloadMember(type: Unit['type'], { form, content }: NonNullable<Unit['payload']>): string {
  switch (form) {
    case 'json':
      // Line breaks between tokens would break the row's line.
      return `"payload":${escapeInvisible(shownJson(type, content).replace(/[\r\n]+/g, ' '))}`;
    case 'text':
      return `"payload":${visibleJson(content)}`;
    case 'bytes':
      return `"payload":{"$base64":"${content}"}`;
  }
}
