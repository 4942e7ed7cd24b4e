import { join } from 'node:path';
import { runRequest } from '../../src/core/request/run/runRequest.ts';
import type { PlacedRequest, RunOptions, RunPorts } from '../../src/core/request/run/runPorts.ts';
import type { RequestResult } from '../../src/core/request/run/runResult.ts';
import { analyzeRequestFile } from '../../src/core/request/plan/analyzeRequestFile.ts';
import { createFileScope } from '../../src/core/request/variables/scope.ts';
import type { RequestFile } from '../../src/core/request/syntax/tree.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createStepPorts } from '../../src/engine/runner/createStepPorts.ts';
import { localFiles } from '../../src/engine/runner/localFiles.ts';
import { sessionConnection } from '../../src/engine/runner/sessionConnection.ts';
import type { ConnectOptions } from '../../src/shared/session.ts';

/** Ports on real sessions of an engine; variables are those of the file, `{{$env NAME}}` those that are given. */
export function runPorts(
  engine: Engine,
  defaults: Partial<ConnectOptions> = {},
  env: Readonly<Record<string, string>> = {},
): RunPorts {
  return {
    ...createStepPorts({ schemas: engine.schemas, ...localFiles }),
    connect: (_placed, given, onRow, opensByVerb) =>
      sessionConnection(engine.create({ ...defaults, ...given }, { tap: { onRow } }), opensByVerb),
    variables: ({ file }) =>
      Promise.resolve({
        scope: createFileScope(file.variables, {
          now: Date.now,
          randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
          outside: (_, name) => ({ text: env[name] ?? '' }),
        }),
      }),
  };
}

/** The requests of a file, as a run takes them. @param folder that its paths are relative to */
export function placed(file: RequestFile, folder = '/'): PlacedRequest[] {
  return file.requests.map((request) => ({ uri: join(folder, 'test.ws'), file, request }));
}

/** Runs the text of a request file. */
export async function runText(
  engine: Engine,
  source: string,
  options: RunOptions & {
    readonly folder?: string;
    readonly together?: boolean;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<RequestResult[]> {
  const requests = placed(analyzeRequestFile(source), options.folder);
  const ports = runPorts(engine, {}, options.env);
  const origin = ports.now();
  const one = (each: PlacedRequest): Promise<RequestResult> => runRequest(each, ports, options, origin);
  if (options.together) return Promise.all(requests.map(one));
  const results: RequestResult[] = [];
  for (const each of requests) results.push(await one(each));
  return results;
}
