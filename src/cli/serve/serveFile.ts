import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { isDisabled } from '../../core/request/plan/checkDirectives.ts';
import { runScope } from '../../core/request/variables/runScope.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { nearest } from '../../core/text/nearest.ts';
import { Engine } from '../../engine/engine.ts';
import { createRunPorts } from '../../engine/runner/createRunPorts.ts';
import { localFiles, readLocalText } from '../../engine/runner/localFiles.ts';
import { serveScripts } from '../../engine/serve/scriptedServers.ts';
import { DuplexError } from '../../shared/errors.ts';
import { onInterrupts } from '../interrupts.ts';
import { EXIT } from '../exitStatus.ts';
import { createOutput } from '../output/output.ts';
import { numberedRows, tellOpenHost } from '../output/numberedRows.ts';
import { tell } from '../output/tell.ts';
import { recordFolder } from '../recordings/recordFolder.ts';
import { problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile, type Chosen, type ReadRequestFile } from '../requestFiles/readRequestFile.ts';
import { terminalOutside } from '../requestFiles/terminalOutside.ts';

export interface ServeFileOptions {
  readonly names: readonly string[];
  readonly chosen: Chosen;
  /** In the place of what the URLs say. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** A folder to record in, a folder a connection. */
  readonly record: string | undefined;
  readonly json: boolean;
  /** Whether `{{$command …}}` in the file may run programs. */
  readonly allowCommands: boolean;
}

/**
 * Serves the SERVE blocks of a file until it is interrupted. The first lines of the output are the URLs.
 * @throws DuplexError where it cannot
 */
export async function serveFile(
  path: string,
  { names, chosen, host, port, record, json, allowCommands }: ServeFileOptions,
  workersFolder: string,
): Promise<void> {
  const read = await readRequestFile(resolve(path), chosen);
  if ('problem' in read) throw new DuplexError('file.invalid', read.problem);
  const [bad] = read.tableProblems;
  if (bad) throw new DuplexError('file.invalid', problemLine(bad));
  const servers = chosenServers(read, names);
  const folder = record === undefined ? undefined : await recordFolder(record);
  const engine = new Engine({
    workersFolder,
    ...(folder !== undefined && { recordingsFolder: folder }),
    onError: ({ message }) => tell(message),
  });
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    onInterrupts(
      () => {
        stopping.abort();
        resolve();
      },
      () => process.exit(EXIT.ok),
    );
  });
  try {
    // Whoever started it for its URLs may stop reading: it serves on.
    const output = createOutput(process.stdout, { onGone: () => {} });
    const outside = terminalOutside(stopping.signal, allowCommands);
    const variables = (placed: PlacedRequest): ReturnType<typeof runScope> =>
      runScope(placed, {
        environmentContext: read.environmentContext,
        outside,
        made: { now: Date.now, randomBytes },
        readText: (name) => readLocalText(name, read.path),
      });
    const running = await serveScripts(engine, {
      servers,
      host,
      port,
      variables,
      ports: createRunPorts({
        ...localFiles,
        variables,
        createSession: (_, given, tap) =>
          engine.create(
            resolvePaths(given, (name) => resolve(dirname(read.path), name)),
            { tap },
          ),
      }),
      options: {},
      tap: numberedRows(output, json),
      onFault: tell,
    });
    for (const { url } of running.servers) output.write(`${url}\n`);
    for (const each of new Set(running.servers.map((server) => server.host))) tellOpenHost(each);
    await stopped;
    await running.stop();
    await output.flush();
  } finally {
    await engine.dispose();
  }
}

/** The blocks of these names, or all that are not switched off. @throws DuplexError `call.invalid` for a name that none has */
function chosenServers({ file, path, name }: ReadRequestFile, names: readonly string[]): PlacedRequest[] {
  const known = file.servers.flatMap((server) => server.name?.text ?? []);
  for (const wanted of names) {
    if (known.includes(wanted)) continue;
    const meant = nearest(wanted, known);
    const remedy =
      meant === undefined ? 'give the name after ### or @name.' : `did you mean ${excerpt(meant)}?`;
    throw new DuplexError('call.invalid', `No server is named ${excerpt(wanted)}: ${remedy}`);
  }
  const chosen = file.servers.filter((server) =>
    names.length === 0
      ? !isDisabled(server.directives)
      : server.name !== undefined && names.includes(server.name.text),
  );
  if (chosen.length === 0)
    throw new DuplexError(
      'call.invalid',
      `${name} has no server: write SERVE ws://127.0.0.1:9000/path in the place of WEBSOCKET.`,
    );
  return chosen.map((request) => ({ uri: path, file, request }));
}
