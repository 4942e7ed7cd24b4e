import type { TextDocument } from 'vscode';
import { jsonPathsOf } from '../../../core/request/service/jsonPaths.ts';
import type { SeenPath } from '../../../core/request/service/jsonPaths.ts';
import { definitionsIn } from '../../../core/request/service/names.ts';
import type { WireMessage } from '../../../core/protocol/protocolModule.ts';
import type { StepProtocol } from '../../../core/request/plan/stepVerb.ts';
import { NOTHING_SEEN, seenUnits, type SeenUnits } from '../../../core/request/service/protocolWords.ts';
import { rangeInLine } from '../../../core/request/syntax/range.ts';
import type { Request, RequestFile } from '../../../core/request/syntax/tree.ts';
import { createCheckingScopes } from '../../../core/request/variables/checkingScopes.ts';
import type { Scope } from '../../../core/request/variables/scope.ts';
import { KNOWN_AT_RUN } from '../../../core/request/variables/value.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Session } from '../../../engine/session.ts';
import { MAX_PULL } from '../../../shared/limits.ts';
import type { Environments } from '../../environments/environments.ts';
import { secretFolderOf } from '../../environments/outsidePorts.ts';
import type { SecretStore } from '../../environments/secretStore.ts';
import { environmentContextOf } from '../requestDocuments.ts';
import type { RequestSessions } from '../requestSessions.ts';
import type { RequestRuns } from '../../runs/requestRuns.ts';

/** The sources of the language service besides the text of a file. */
export interface RequestKnowledge {
  /** The variables at a line, with the environment that a run would use. */
  readonly scopeAt: (document: TextDocument, file: RequestFile, line: number) => Scope;
  readonly environments: (document: TextDocument) => Promise<readonly string[]>;
  /** Names of the secrets that were entered for the folder of a file. */
  readonly secretNames: (document: TextDocument) => readonly string[];
  /** Paths into the messages that the last connection of the request at a line received. */
  readonly seenPaths: (
    document: TextDocument,
    file: RequestFile,
    line: number,
  ) => Promise<readonly SeenPath[]>;
  /** The units of the messages that the last connection of the request at a line sent and received. */
  readonly seenUnits: (
    document: TextDocument,
    file: RequestFile,
    line: number,
    stepProtocol: StepProtocol,
  ) => Promise<SeenUnits>;
}

export interface KnowledgeServices {
  readonly engine: Engine;
  readonly sessions: RequestSessions;
  readonly runs: RequestRuns;
  readonly environments: Environments;
  readonly secrets: SecretStore;
}

export function createRequestKnowledge(services: KnowledgeServices): RequestKnowledge {
  const { engine, sessions, runs, environments, secrets } = services;
  const lastSession = (document: TextDocument, file: RequestFile, line: number): Session | undefined => {
    const request = requestAt(file, line);
    const placed = request && { uri: document.uri.toString(), file, request };
    const run = placed && runs.of(placed)?.session;
    return (run && engine.find(run.id)) ?? (placed && sessions.lastOf(placed));
  };
  return {
    scopeAt(document, file, line) {
      const scopes = createCheckingScopes(file.variables, environmentContextOf(document));
      const request = requestAt(file, line);
      const { environment } = scopes.of(request ?? NO_REQUEST);
      const scope = scopes.own(environment);
      for (const { by, name } of request ? definitionsIn(file) : [])
        if (
          by === 'capture' &&
          name.range.start.line >= request!.range.start.line &&
          name.range.start.line < line
        )
          scope.capture(name.text, KNOWN_AT_RUN);
      return scope;
    },
    environments: (document) => environments.names(document),
    secretNames: (document) => secrets.names(secretFolderOf(document)),
    async seenPaths(document, file, line) {
      const session = lastSession(document, file, line);
      if (!session) return [];
      const received = (await seenMessages(engine, session)).filter(({ from }) => from === 'server');
      const decoder = new TextDecoder();
      const texts = received.filter(({ kind }) => kind === 'text').map(({ data }) => decoder.decode(data));
      return jsonPathsOf(texts.reverse());
    },
    async seenUnits(document, file, line, { protocol }) {
      const session = lastSession(document, file, line);
      if (!session) return NOTHING_SEEN;
      const { options, summary } = session;
      const decoder = protocol.createDecoder({ url: options.url, subprotocol: summary.protocol });
      const messages = await seenMessages(engine, session);
      return seenUnits(messages.flatMap((message) => decoder.decode(message).units));
    },
  };
}

/** A line outside all requests has only the variables of the file and its environment. */
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

/** Maximum messages to read: enough to know their shapes, and few enough to read while the user types. */
const MAX_MESSAGES = 100;
const MAX_BYTES = 64 * 1024;

let jobs = 0;

/** The last messages of a session, in their order; large ones are left out. */
async function seenMessages(engine: Engine, session: Session): Promise<WireMessage[]> {
  const { folder, rows } = session;
  if (folder === undefined) return [];
  const from = Math.max(0, rows - MAX_PULL / 4);
  const seen = (await session.readRows(from, rows - from))
    .filter(({ kind, stored }) => (kind === 'text' || kind === 'binary') && stored <= MAX_BYTES)
    .slice(-MAX_MESSAGES);
  return Promise.all(
    seen.map(async ({ seq, kind, direction }): Promise<WireMessage> => ({
      kind: kind === 'text' ? 'text' : 'binary',
      from: direction === 'in' ? 'server' : 'client',
      data: await engine.query.readPayload(`language-${++jobs}`, folder, seq),
    })),
  );
}
