import { randomBytes } from 'node:crypto';
import { Uri, workspace } from 'vscode';
import { runScope } from '../../core/request/variables/runScope.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Environments } from '../environments/environments.ts';
import { createOutsidePorts, secretFolderOf } from '../environments/outsidePorts.ts';
import type { SecretStore } from '../environments/secretStore.ts';
import { readPayloadFile } from './payloadFile.ts';

/**
 * The values of a request: of its file, its environment, the process, the secrets, and the user, who is asked for
 * missing ones.
 * @param kept values that were created before and must not change
 * @returns the scope, or the problems
 */
export type RequestScopes = (
  placed: PlacedRequest,
  kept?: Map<string, string>,
) => ReturnType<typeof runScope>;

export function createRequestScopes(environments: Environments, secrets: SecretStore): RequestScopes {
  return async (placed, kept = new Map()) => {
    const uri = Uri.parse(placed.uri, true);
    const document = await workspace.openTextDocument(uri);
    return runScope(placed, {
      environmentContext: await environments.around(document),
      outside: createOutsidePorts(secrets, secretFolderOf(document)),
      made: { now: Date.now, randomBytes },
      readText: (path) => textOf(uri, path),
      kept,
    });
  };
}

async function textOf(requestFile: Uri, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readPayloadFile(requestFile, path));
  } catch {
    // Sending the file reports why it cannot be read.
    return undefined;
  }
}
