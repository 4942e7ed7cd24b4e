import type { TextDocument } from 'vscode';
import { checkingScopes } from '../../../core/request/variables/checkingScopes.ts';
import { rangeInLine } from '../../../core/request/syntax/range.ts';
import type { Scope } from '../../../core/request/variables/scope.ts';
import { jsonPathsOf, type SeenPath } from '../../../core/request/service/jsonPaths.ts';
import { definitionsIn } from '../../../core/request/service/names.ts';
import type { Request, RequestFile } from '../../../core/request/syntax/tree.ts';
import { LATER } from '../../../core/request/variables/value.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Environments } from '../../environments/environments.ts';
import { secretFolderOf } from '../../environments/outsidePorts.ts';
import type { SecretStore } from '../../environments/secretStore.ts';
import type { RequestRuns } from '../../runs/requestRuns.ts';
import { environmentContextOf } from '../requestDocuments.ts';
import type { RequestSessions } from '../requestSessions.ts';
import { seenMessages } from './seenMessages.ts';

/** What the language service needs to know beyond the text of a file. */
export interface RequestKnowledge {
  /** The variables at a line, with the environment that would be used. */
  readonly scopeAt: (document: TextDocument, file: RequestFile, line: number) => Scope;
  readonly environments: (document: TextDocument) => Promise<readonly string[]>;
  /** Names of the secrets that were entered for the folder of a file. */
  readonly secretNames: (document: TextDocument) => readonly string[];
  /** Paths into the messages that the request at a line received last. */
  readonly seenPaths: (
    document: TextDocument,
    file: RequestFile,
    line: number,
  ) => Promise<readonly SeenPath[]>;
}

export interface KnowledgeParts {
  readonly engine: Engine;
  readonly sessions: RequestSessions;
  readonly runs: RequestRuns;
  readonly environments: Environments;
  readonly secrets: SecretStore;
}

export function requestKnowledge(parts: KnowledgeParts): RequestKnowledge {
  const { engine, sessions, runs, environments, secrets } = parts;
  return {
    scopeAt(document, file, line) {
      const scopes = checkingScopes(file.variables, environmentContextOf(document));
      const request = requestAt(file, line);
      const { environment } = scopes.of(request ?? NO_REQUEST);
      const scope = scopes.own(environment);
      for (const { by, name } of request ? definitionsIn(file) : [])
        if (
          by === 'capture' &&
          name.range.start.line >= request!.range.start.line &&
          name.range.start.line < line
        )
          scope.capture(name.text, LATER);
      return scope;
    },
    environments: (document) => environments.names(document),
    secretNames: (document) => secrets.names(secretFolderOf(document)),
    async seenPaths(document, file, line) {
      const request = requestAt(file, line);
      const placed = request && { uri: document.uri.toString(), file, request };
      const run = placed && runs.of(placed)?.session;
      const session = (run && engine.find(run.id)) ?? (placed && sessions.lastOf(placed));
      return session ? jsonPathsOf(await seenMessages(engine, session)) : [];
    },
  };
}

/** Where a line belongs to none, only what counts everywhere is known. */
const NO_REQUEST: Pick<Request, 'directives' | 'target'> = {
  directives: [],
  target: {
    kind: 'target',
    range: rangeInLine(0, 0, 0),
    keyword: undefined,
    url: { range: rangeInLine(0, 0, 0), parts: [] },
    continuation: [],
    version: undefined,
  },
};

function requestAt({ requests }: RequestFile, line: number): Request | undefined {
  const request = requests.filter(({ range }) => range.start.line <= line).at(-1);
  return request && line <= request.range.end.line ? request : undefined;
}
