import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createTerminalOutside } from '../../src/cli/requestFiles/terminalOutside.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../src/core/request/variables/environmentContext.ts';
import { runScope } from '../../src/core/request/variables/runScope.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { BlockSources } from '../../src/engine/proxy/proxyBlock.ts';
import { createStepPorts } from '../../src/engine/runner/createStepPorts.ts';
import { localFiles, readLocalText } from '../../src/engine/runner/localFiles.ts';
import { demoCommands } from '../../src/vscode/commands/demoCommands.ts';
import { createDemoControl } from '../../src/vscode/demoControl.ts';
import type { Command } from '../../src/vscode/report.ts';
import { replayCommands } from '../../src/vscode/servers/replayCommands.ts';
import { serverCommands } from '../../src/vscode/servers/serverCommands.ts';
import { Servers } from '../../src/vscode/servers/servers.ts';
import type { Services } from '../../src/vscode/services.ts';
import { fakeLog } from '../unit/vscode/support/fakeLog.ts';
import { commands, Uri, workspace } from '../unit/vscode/support/fakeVscode.ts';

// A window whose commands serve over real sockets, for test files that mock `vscode`.

const recordings = mkdtempSync(join(tmpdir(), 'duplex-serving-'));
export const root = join(import.meta.dirname, '../..');
const engine = new Engine({
  workersFolder: join(root, 'dist/workers'),
  recordingsFolder: recordings,
  onError: (error) => expect.fail(error.message),
});
export const { log } = fakeLog();
const outside = createTerminalOutside(AbortSignal.abort(), false);
const variables: BlockSources['variables'] = (placed) =>
  runScope(placed, {
    environmentContext: NO_ENVIRONMENT_CONTEXT,
    outside,
    made: { now: Date.now, randomBytes },
    readText: (name) => readLocalText(name, placed.uri),
  });
const ports = createStepPorts({
  schemas: engine.schemas,
  ...localFiles,
});
const sources: BlockSources = { variables, ports };
export const servers = new Servers(engine, log, sources);
export const demo = createDemoControl(log);
const services = { engine, servers, demo, log, extensionUri: Uri.file(root) } as unknown as Services;
export const run: Readonly<Record<string, Command>> = {
  ...serverCommands(services),
  ...demoCommands(services),
  ...replayCommands(services, {
    keepReplayed: vi.fn(async () => {}),
    compareReplayed: vi.fn(async () => {}),
  }),
};

export const documents = new Map<string, unknown>();

/** A document of the editor. */
export function given(path: string, text: string): Uri {
  const uri = Uri.file(path);
  documents.set(path, { uri, version: 1, languageId: 'websocket-request', getText: () => text });
  return uri;
}

/** Each test begins in a trusted workspace where nothing listens. */
beforeEach(() => {
  vi.clearAllMocks();
  documents.clear();
  workspace.isTrusted = true;
  workspace.openTextDocument.mockImplementation(async (uri) => documents.get((uri as Uri).path));
  (commands.executeCommand as unknown as { mockImplementation(run: Command): void }).mockImplementation(
    async (id, ...args) => run[id as string]?.(...args),
  );
});
afterEach(async () => {
  await servers.stopAll();
  await demo.stop();
});
afterAll(async () => {
  await engine.dispose();
  rmSync(recordings, { recursive: true });
});

/** The answer that another maker's client receives to a message. */
export async function answer(url: string, message: string): Promise<string> {
  const client = new WebSocket(url);
  await once(client, 'open');
  client.send(message);
  const [data] = (await once(client, 'message')) as [Buffer];
  client.terminate();
  return data.toString();
}

export async function refuses(url: string): Promise<void> {
  const client = new WebSocket(url);
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
}

export const echo = (target: string): string => `${target}\n\n=== on-message\n# @echo\n`;
