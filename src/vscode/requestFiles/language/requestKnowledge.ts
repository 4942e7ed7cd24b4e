import type { TextDocument } from 'vscode';
import { fileScope, type Scope } from '../../../core/request/scope.ts';
import { jsonPathsOf, type SeenPath } from '../../../core/request/service/jsonPaths.ts';
import type { RequestFile } from '../../../core/request/tree.ts';
import { SAMPLE_PORTS } from '../../../core/request/values.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { RequestSessions } from '../requestSessions.ts';
import { seenMessages } from './seenMessages.ts';

/** What the language service needs to know beyond the text of a file. */
export interface RequestKnowledge {
  /** The variables at a line, with the environment that would be used. */
  readonly scopeAt: (document: TextDocument, file: RequestFile, line: number) => Promise<Scope>;
  readonly environments: (document: TextDocument) => Promise<readonly string[]>;
  /** Names of the secrets that were entered. */
  readonly secretNames: () => readonly string[];
  /** Paths into the messages that the request at a line received last. */
  readonly seenPaths: (
    document: TextDocument,
    file: RequestFile,
    line: number,
  ) => Promise<readonly SeenPath[]>;
}

export function requestKnowledge(engine: Engine, sessions: RequestSessions): RequestKnowledge {
  return {
    scopeAt: (_document, file) => Promise.resolve(fileScope(file.variables, SAMPLE_PORTS)),
    environments: () => Promise.resolve([]),
    secretNames: () => [],
    async seenPaths(document, file, line) {
      const request = file.requests.filter(({ range }) => range.start.line <= line).at(-1);
      const session = request && sessions.lastOf({ uri: document.uri.toString(), file, request });
      return session ? jsonPathsOf(await seenMessages(engine, session)) : [];
    },
  };
}
