import { l10n, Uri, window } from 'vscode';
import { requestName } from '../../core/request/plan/requestName.ts';
import type { RunPorts } from '../../core/request/run/runPorts.ts';
import { runRequest } from '../../core/request/run/runRequest.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import { createStepPorts } from '../../engine/runner/createStepPorts.ts';
import { sessionConnection } from '../../engine/runner/sessionConnection.ts';
import { inertText } from '../inertText.ts';
import type { Command } from '../report.ts';
import { findRequest, findRequestFile } from '../requestFiles/findRequest.ts';
import { checkPayloadFile, readPayloadFile } from '../requestFiles/payloadFile.ts';
import type { RequestScopes } from '../requestFiles/requestScopes.ts';
import type { Services } from '../services.ts';
import type { RequestTestRunner } from '../testing/requestTests.ts';
import type { RequestRuns, RunRequest } from './requestRuns.ts';
import { connectionSettings, requestFilePath, withSettings } from '../settings.ts';
import { requireTrust } from '../trust.ts';

/**
 * The commands that run requests from the editor. `duplex.runRequest` takes a file and a request like
 * `duplex.connectRequest` and returns `passed`, `failed`, `error` or `skipped`; `duplex.runRequestFile` returns one
 * of these for each request.
 */
export function runCommands(runs: RequestRuns, tests: RequestTestRunner): Record<string, Command> {
  return {
    'duplex.runRequest': async (file, which) => {
      requireTrust();
      const [result] = await tests.runRequests([await findRequest(file, which)]);
      return result?.status;
    },
    'duplex.runRequestFile': async (file) => {
      requireTrust();
      const { uri, file: parsed, document } = await findRequestFile(file);
      const found = parsed.requests.map((request) => ({ uri, file: parsed, request }));
      const statuses = (await tests.runRequests(found)).map(({ status }) => status);
      const failed = statuses.filter((status) => status !== 'passed').length;
      if (failed > 0 && !window.visibleTextEditors.some((editor) => editor.document === document))
        await window.showWarningMessage(
          inertText(l10n.t('{0} of {1} requests did not pass.', failed, statuses.length)),
        );
      return statuses;
    },
    'duplex.cancelRun': async (file, which) => {
      runs.of(await findRequest(file, which))?.cancel.abort();
    },
  };
}

/**
 * Runs requests in sessions of the engine, each listed under its name. The caller checks that the workspace is
 * trusted.
 */
export function createRequestRunner(
  services: Pick<Services, 'engine' | 'runSessions'>,
  scopes: RequestScopes,
): RunRequest {
  const ports = createEditorRunPorts(services, scopes);
  return (placed, options) => runRequest(placed, ports, options);
}

/** The ports of runs and servers of request files. */
export function createEditorRunPorts(
  { engine, runSessions }: Pick<Services, 'engine' | 'runSessions'>,
  scopes: RequestScopes,
): RunPorts {
  const steps = createStepPorts({
    schemas: engine.schemas,
    readFile: (path, uri, maxBytes) => readPayloadFile(Uri.parse(uri), path, maxBytes),
    checkFile: (path, uri) => checkPayloadFile(Uri.parse(uri), path),
    pathOf: (path, uri) => requestFilePath(Uri.parse(uri), path),
    decode: () => connectionSettings().decode ?? [],
  });
  return {
    ...steps,
    variables: (placed) => scopes(placed),
    connect({ uri, request }, given, onRow, opensByVerb) {
      const options = resolvePaths(given, (path) => requestFilePath(Uri.parse(uri), path));
      const session = engine.create(withSettings(options), {
        tap: { onRow },
        ...(request.name && { name: requestName(request) }),
      });
      runSessions.add(session);
      return sessionConnection(session, opensByVerb);
    },
  };
}
