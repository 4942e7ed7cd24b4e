import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join, resolve, basename, extname } from 'node:path';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { runScope } from '../../core/request/variables/runScope.ts';
import type { EnvironmentContext } from '../../core/request/variables/environmentContext.ts';
import type { PlacedRequest, RunPorts } from '../../core/request/run/runPorts.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import { spellOptions } from '../../core/session/options/optionName.ts';
import type { Engine } from '../../engine/engine.ts';
import { createStepPorts } from '../../engine/runner/createStepPorts.ts';
import { localFiles, readLocalText } from '../../engine/runner/localFiles.ts';
import { sessionConnection } from '../../engine/runner/sessionConnection.ts';
import type { Session } from '../../engine/session.ts';
import { detailOf, withSentence } from '../../engine/recordingFile.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { ErrorDetail } from '../../shared/timeline.ts';
import { isFileFailure } from '../output/outcome.ts';
import { requestName } from '../../core/request/plan/requestName.ts';

export interface RequestPortsParts {
  readonly engine: Engine;
  readonly outside: OutsidePorts;
  /** The environment files around a request file, by its path. */
  readonly environmentContext: (path: string) => EnvironmentContext;
  /** The default connection options of requests. */
  readonly connection: Partial<ConnectOptions>;
  /** An existing folder for one recording per request; undefined: recordings are temporary. */
  readonly record: string | undefined;
}

/** Facts about a request's connection besides its messages, with masked secrets. */
export interface ConnectionTrace {
  /** The server's response to a refused handshake. */
  readonly refusal?: Pick<ErrorDetail, 'status' | 'headers' | 'body'>;
  /**
   * Set if the connection failed with an error row: `file` if a file that an option names is the cause, otherwise
   * `connection`.
   */
  readonly failed?: 'file' | 'connection';
}

export interface RequestPorts {
  readonly ports: RunPorts;
  /** The facts that a report adds to the result of a request that has connected. */
  readonly traceOf: (placed: PlacedRequest) => ConnectionTrace;
  /**
   * Releases the resources of a finished request: closes its recording, and removes the recording unless it is kept.
   */
  readonly release: (placed: PlacedRequest) => Promise<void>;
}

/** The ports of a run on this machine. */
export function createRequestPorts({
  engine,
  outside,
  environmentContext,
  connection,
  record,
}: RequestPortsParts): RequestPorts {
  const secrets = new WeakMap<PlacedRequest, ReadonlySet<string>>();
  const sessions = new Map<PlacedRequest, Session>();
  const traces = new WeakMap<PlacedRequest, ConnectionTrace>();
  const nameOf = createFolderNames((name) => record !== undefined && existsSync(join(record, name)));
  const noteError = (placed: PlacedRequest, payload: Uint8Array): void => {
    const detail = detailOf(payload) as Partial<ErrorDetail>;
    const { status, headers, body } = detail;
    const failed = isFileFailure(detail) ? 'file' : 'connection';
    const refusal = status !== undefined && {
      refusal: { status, headers: headers ?? [], body: body ?? '' },
    };
    traces.set(placed, { ...traces.get(placed), failed, ...refusal });
  };
  return {
    ports: {
      ...createStepPorts({ schemas: engine.schemas, ...localFiles, decode: () => connection.decode ?? [] }),
      async variables(placed) {
        const found = await runScope(placed, {
          environmentContext: environmentContext(placed.uri),
          outside,
          made: { now: Date.now, randomBytes },
          readText: (path) => readLocalText(path, placed.uri),
        });
        if ('scope' in found) secrets.set(placed, found.scope.secrets);
        return found;
      },
      connect(placed, given, onRow, opensByVerb) {
        // An option that the command line sets has its name there; the others have their names in request files.
        const spell = (sentence: string): string =>
          spellOptions(sentence, 'commandLine', (key) => key in connection && !(key in given));
        const spelled = (thrown: unknown): DuplexError => {
          const { code, message } = toDuplexError(thrown);
          return new DuplexError(code, spell(message), { cause: thrown });
        };
        const options = {
          ...connection,
          ...resolvePaths(given, (path) => resolve(dirname(placed.uri), path)),
          secrets: [...(connection.secrets ?? []), ...(given.secrets ?? []), ...(secrets.get(placed) ?? [])],
        };
        const session = engine.create(options, {
          ...(record === undefined ? { keep: false } : { folder: join(record, nameOf(placed)) }),
          tap: {
            onRow(row) {
              if (row.kind === 'error') noteError(placed, row.payload);
              const payload = withSentence(row.kind, row.payload, spell);
              onRow(payload === row.payload ? row : { ...row, payload });
            },
          },
        });
        sessions.set(placed, session);
        const opened = sessionConnection(session, opensByVerb);
        const answered = opened.answered.then(
          (answer) => (answer.open ? answer : { ...answer, error: spelled(answer.error) }),
          (thrown: unknown) => {
            throw spelled(thrown);
          },
        );
        return { ...opened, answered };
      },
    },
    traceOf: (placed) => traces.get(placed) ?? {},
    async release(placed) {
      const session = sessions.get(placed);
      sessions.delete(placed);
      if (session) await engine.remove(session);
    },
  };
}

const MAX_NAME_CHARS = 60;

/**
 * Creates unique folder names from the names of the file and the request, such as `chat-2-log-in`.
 * @param isTaken whether a folder with this name exists from an earlier run
 */
export function createFolderNames(isTaken: (name: string) => boolean): (placed: PlacedRequest) => string {
  const given = new Set<string>();
  return ({ uri, request }) => {
    const file = basename(uri, extname(uri));
    const base = plain(`${file}-${request.index + 1}-${request.name ? requestName(request) : ''}`);
    let name = base;
    for (let count = 2; given.has(name) || isTaken(name); count++) name = `${base}-${count}`;
    given.add(name);
    return name;
  };
}

/** Reduces a text to letters, digits and hyphens: a request's name may look like a path or a device. */
function plain(text: string): string {
  const words = text.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-');
  return words.slice(0, MAX_NAME_CHARS).replace(/^-+|-+$/g, '') || 'request';
}
