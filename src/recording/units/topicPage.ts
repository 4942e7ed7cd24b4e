import { foldBase64 } from '../../core/protocol/json/foldBase64.ts';
import { makeVisible } from '../../core/format/visible.ts';
import type { TopicPage, TopicQuery } from '../../shared/unitIndexProtocol.ts';
import type { UnitList, UnitPayload } from '../../shared/units.ts';
import type { RecordingReader } from '../read/reader.ts';
import { decodeRows } from './decodeRows.ts';
import type { UnitIndex } from './unitIndex.ts';

/** Maximum characters of the last value. */
const VALUE_CHARS = 200;

/** Characters of a payload from which the last value is made. */
const EXCERPT_CHARS = 4096;

const NO_TOPICS: TopicPage = { total: 0, active: -1, nodes: [], topics: 0, others: 0 };

/** A range of the topic tree. Decodes only the last messages of the topics in the range. Yields regularly. */
export function* topicPage(
  index: UnitIndex,
  reader: RecordingReader,
  query: TopicQuery,
  from: number,
  count: number,
): Generator<void, TopicPage> {
  const form = index.topicNames;
  if (!form) return NO_TOPICS;
  const { topics } = index.conversation;
  const { nodes, ...page } = topics.page(form, query, from, count);
  const rows = [...new Set(nodes.flatMap(({ last }) => last?.row ?? []))].sort((a, b) => a - b);
  const lists = new Map<number, UnitList>();
  for (const { row, list } of yield* decodeRows(index, reader, rows)) if (list) lists.set(row, list);
  return {
    ...page,
    nodes: nodes.map((node) => {
      const { last, path } = node;
      return last ? { ...node, last: { row: last.row, value: lastValue(lists.get(last.row), path) } } : node;
    }),
    topics: topics.size(form),
    others: topics.others,
  };
}

/** The payload of a topic's last message among the units of a row, in one line. */
function lastValue(list: UnitList | undefined, topic: string): string {
  const units = list?.units.filter(
    ({ name, type }) => name === topic && (type === 'event' || type === 'call'),
  );
  const payload = units?.at(-1)?.payload;
  if (!payload) return '';
  const text = makeVisible(excerpt(payload).replace(/[ \t\r\n]+/g, ' '));
  return text.length <= VALUE_CHARS ? text : `${text.slice(0, VALUE_CHARS).replace(/[\ud800-\udbff]$/, '')}…`;
}

function excerpt({ form, content }: UnitPayload): string {
  if (form === 'bytes') return `${(content.length / 4) * 3 - (/=*$/.exec(content)?.[0].length ?? 0)} bytes`;
  return foldBase64(content.slice(0, EXCERPT_CHARS));
}
