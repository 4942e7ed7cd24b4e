import type { Engine } from '../../engine/engine.ts';
import type { Search } from '../../engine/search.ts';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Kind } from '../../shared/timeline.ts';
import type { RecordedRows } from './lastHandshake.ts';

let jobs = 0;

/** What a session's recording tells of its connections. */
export function recordedRows(engine: Engine, session: Session): RecordedRows {
  return {
    get rows() {
      return session.rows;
    },
    readRows: (from, count) => session.readRows(from, count),
    flush: () => session.flush(),
    read: (seq) => engine.query.readPayload(`connection-${++jobs}`, folderOf(session), seq),
    async last(kinds: readonly Kind[], count) {
      if (session.rows === 0) return [];
      const search = engine.search(folderOf(session), { kinds });
      try {
        await finished(search);
        const from = Math.max(0, search.state.hits - count);
        return (await search.hits(from, count)).map(({ seq }) => seq);
      } finally {
        await search.dispose();
      }
    },
  };
}

function folderOf({ folder }: Session): string {
  if (folder !== undefined) return folder;
  throw new DuplexError('call.invalid', 'This session is not recorded: there is nothing to show.');
}

/** Resolves when all rows that are there were looked at. */
async function finished(search: Search): Promise<void> {
  while (!search.state.done && search.state.error === undefined) await change(search);
  const { error } = search.state;
  if (error !== undefined) throw new DuplexError(error.code, error.message);
}

function change(search: Search): Promise<void> {
  return new Promise((resolve) => {
    const stop = search.onDidChange(() => {
      stop();
      resolve();
    });
  });
}
