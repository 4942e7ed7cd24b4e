import { createJsonPairing } from '../../core/protocol/json/jsonPairing.ts';
import { userTables } from '../../core/protocol/registry.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { UnitGate } from '../../engine/unitGate.ts';
import type { Units } from '../../engine/unitIndexes.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import { MAX_PULL } from '../../shared/limits.ts';
import type { PanelHostCalls, PanelQuery } from '../../shared/panelProtocol.ts';
import type { PanelConversation, PanelProgress, PanelUnitCalls } from '../../shared/panelUnits.ts';
import type { Row } from '../../shared/timeline.ts';
import type { JsonPairs, TopicPage, UnitOptions } from '../../shared/unitIndexProtocol.ts';
import type { UnitList } from '../../shared/units.ts';
import {
  checkCallQuery,
  checkCount,
  checkIndex,
  checkLine,
  checkPairs,
  checkTopicQuery,
  MAX_UNIT_NAMES,
} from './checks.ts';

/** The part of a session that these calls need. */
export type UnitsSession = Pick<Session, 'folder' | 'options' | 'readRows'> & {
  readonly summary: Pick<Session['summary'], 'decodedAs'>;
};

export interface PanelUnits {
  readonly calls: PanelUnitCalls & Pick<PanelHostCalls, 'rows'>;
  /** Adds the decoded form to rows. A row that cannot be decoded stays as it is. */
  withSummaries<R extends Row>(rows: R[]): Promise<R[]>;
  /**
   * The units that narrow a query; undefined if none do.
   * @throws DuplexError `call.invalid` if the query names units and no protocol is known
   */
  gate(query: PanelQuery): Promise<UnitGate | undefined>;
  dispose(): Promise<void>;
}

const NO_PROGRESS: PanelProgress = { rows: 0, total: 0, done: true };
const NOTHING: PanelConversation = { ...NO_PROGRESS, calls: [], subscriptions: [] };
const NO_TOPICS: TopicPage = { total: 0, active: -1, nodes: [], topics: 0, others: 0 };

/** Maximum characters of a payload for the page; the other views show all of it. */
const MAX_CONTENT = 1024 * 1024;

/**
 * Serves the rows of a page, with what they decode to, and its calls about units. The index starts when a protocol is
 * known and a row is shown. A conversation paired by JSONPaths has an index of its own, so that decoded rows do not
 * change with the pairs.
 * @param open opens an index, like `Engine.units`
 * @param report receives failures to decode; rows then show the raw messages
 */
export function panelUnits(
  session: UnitsSession,
  open: (options: UnitOptions) => ReturnType<Engine['units']>,
  report: (error: DuplexError) => void,
): PanelUnits {
  const [own, paired] = [oneIndex(open), oneIndex(open)];

  const current = async (pairs?: JsonPairs): Promise<Units | undefined> => {
    if (session.folder === undefined) return undefined;
    const { protocol, decode } = session.options;
    const tables = userTables();
    if (pairs) {
      createJsonPairing(pairs);
      return paired.of({ protocol, pairs, tables, decode });
    }
    return session.summary.decodedAs && own.of({ protocol, pairs: undefined, tables, decode });
  };

  const withSummaries = async <R extends Row>(rows: R[]): Promise<R[]> => {
    const messages = rows.filter(({ kind }) => kind === 'text' || kind === 'binary');
    if (messages.length === 0) return rows;
    try {
      const decoded = (await (await current())?.decode(messages.map(({ seq }) => seq))) ?? [];
      const lists = new Map(decoded.map(({ row, list }) => [row, list]));
      return rows.map((row) => {
        const summary = summaryOf(lists.get(row.seq));
        return summary === undefined ? row : { ...row, summary };
      });
    } catch (error) {
      report(toDuplexError(error));
      return rows;
    }
  };

  return {
    calls: {
      async rows(from, count) {
        return withSummaries(await session.readRows(checkIndex(from), checkCount(count)));
      },
      async decodeRow(seq) {
        const [decoded] = (await (await current())?.decode([checkIndex(seq)])) ?? [];
        return decoded?.list && cut(decoded.list);
      },
      async conversation(pairs) {
        const index = await current(checkPairs(pairs));
        if (!index) return NOTHING;
        const [calls, subscriptions] = await Promise.all([index.figures(), index.subscriptions()]);
        return { ...progressOf(index), calls, subscriptions };
      },
      async unitCounts(filter) {
        const index = await current();
        return (await index?.counts(checkLine(filter), MAX_PULL)) ?? { types: [], names: [], matches: 0 };
      },
      async callPairs(asked, from, count) {
        const { pairs, ...query } = checkCallQuery(asked);
        const index = await current(pairs);
        return (await index?.pairs(checkIndex(from), checkCount(count), query)) ?? { total: 0, pairs: [] };
      },
      async topics(asked, from, count) {
        const query = checkTopicQuery(asked);
        const index = await current();
        if (!index) return { progress: NO_PROGRESS, page: NO_TOPICS };
        const page = await index.topics(query, checkIndex(from), checkCount(count));
        return { progress: progressOf(index), page };
      },
      async topicsUnder(path) {
        const index = await current();
        return (await index?.topicsUnder(checkLine(path), MAX_UNIT_NAMES)) ?? { names: [], matches: 0 };
      },
    },
    withSummaries,
    async gate({ units: wanted, folds }) {
      if (!wanted && !folds) return undefined;
      const index = await current();
      if (index)
        return {
          units: index,
          ...(wanted && { only: { ...wanted, byCall: true } }),
          ...(folds && { without: { heartbeats: true } }),
        };
      if (!wanted) return undefined;
      throw new DuplexError('call.invalid', 'No protocol is known yet: clear the filter by type and name.');
    },
    async dispose() {
      await Promise.all([own.dispose(), paired.dispose()]);
    },
  };
}

function progressOf({ state: { rows, total, done, error } }: Units): PanelProgress {
  return { rows, total, done, ...(error && { problem: error.message }) };
}

/** Keeps one index open, and replaces it when its options change. */
function oneIndex(open: (options: UnitOptions) => Units) {
  let units: Units | undefined;
  return {
    async of(options: UnitOptions): Promise<Units> {
      const before = units;
      if (before && !isSame(before.options, options)) {
        units = undefined;
        await before.dispose();
      }
      return (units ??= open(options));
    },
    async dispose(): Promise<void> {
      await units?.dispose();
    },
  };
}

function isSame(a: UnitOptions, b: UnitOptions): boolean {
  const isPaired = a.pairs?.call === b.pairs?.call && a.pairs?.reply === b.pairs?.reply;
  const isDecoded = a.decode?.join('\n') === b.decode?.join('\n');
  return isPaired && isDecoded && a.protocol === b.protocol && a.tables === b.tables;
}

/** One line for all units of a message; undefined if there is none. */
function summaryOf(list: UnitList | undefined): string | undefined {
  if (!list || list.units.length === 0) return undefined;
  const [first] = list.units;
  const more = list.units.length - 1;
  return more === 0 ? first!.summary : `${first!.summary} (+${more})`;
}

function cut(list: UnitList): UnitList {
  return {
    ...list,
    units: list.units.map((unit) =>
      unit.payload && unit.payload.content.length > MAX_CONTENT
        ? { ...unit, payload: { ...unit.payload, content: `${unit.payload.content.slice(0, MAX_CONTENT)}…` } }
        : unit,
    ),
  };
}
