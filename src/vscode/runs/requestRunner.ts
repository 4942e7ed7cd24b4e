import { requestName } from '../../core/request/plan/requestName.ts';
import { Uri } from 'vscode';
import { runRequest } from '../../core/request/run/runRequest.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import type { Engine } from '../../engine/engine.ts';
import { createRunPorts } from '../../engine/runner/createRunPorts.ts';
import { requestFilePath } from '../optionPaths.ts';
import { checkPayloadFile, readPayloadFile } from '../requestFiles/payloadFile.ts';
import type { RequestScopes } from '../requestFiles/requestScopes.ts';
import { withSettings } from '../settings.ts';
import type { RunRequest } from './requestRuns.ts';

/** Runs requests in sessions of the engine, each listed under its name. Trust is the caller's to see to. */
export function requestRunner(engine: Engine, scopes: RequestScopes): RunRequest {
  const ports = createRunPorts({
    createSession({ uri, request }, given, tap) {
      const options = resolvePaths(given, (path) => requestFilePath(Uri.parse(uri), path));
      return engine.create(withSettings(options), {
        tap,
        ...(request.name && { name: requestName(request) }),
      });
    },
    variables: (placed) => scopes(placed),
    readFile: (path, uri) => readPayloadFile(Uri.parse(uri), path),
    checkFile: (path, uri) => checkPayloadFile(Uri.parse(uri), path),
  });
  return (placed, options) => runRequest(placed, ports, options);
}
