import { join } from 'node:path';
import { ExtensionMode, window } from 'vscode';
import type { ExtensionContext } from 'vscode';
import { Engine } from './engine/engine.ts';
import { duplexApi } from './vscode/api.ts';
import type { DuplexApi } from './vscode/api.ts';
import { demoCommands } from './vscode/commands/demoCommands.ts';
import { exportCommands } from './vscode/commands/exportCommands.ts';
import { fileCommands } from './vscode/commands/fileCommands.ts';
import { importCommands } from './vscode/commands/importCommands.ts';
import { manageSessionCommands } from './vscode/commands/manageSessionCommands.ts';
import { recordingCommands } from './vscode/commands/recordingCommands.ts';
import { sessionCommands } from './vscode/commands/sessionCommands.ts';
import { connectionEdited, connectSession, disconnectSession } from './vscode/sessionLifecycle.ts';
import { sessionStatus, trackContextKeys } from './vscode/sidebar/windowState.ts';
import { createDemoControl } from './vscode/demoControl.ts';
import { Environments } from './vscode/environments/environments.ts';
import { createOutsidePorts, secretFolderOf } from './vscode/environments/outsidePorts.ts';
import { createSecretStore } from './vscode/environments/secretStore.ts';
import { createDraftVariables } from './vscode/panel/compose/draftVariables.ts';
import { createMessageHistory } from './vscode/panel/compose/messageHistory.ts';
import { createSavedMessages } from './vscode/panel/compose/savedMessages.ts';
import { createPanelRestorer } from './vscode/panel/panelRestorer.ts';
import { PANEL_TYPE, SessionPanels } from './vscode/panel/sessionPanels.ts';
import { createMessageDocuments } from './vscode/payload/messageDocuments.ts';
import { ProtocolTables } from './vscode/protocolTables.ts';
import { RequestIndex } from './vscode/requestFiles/requestIndex.ts';
import { registerRequestFiles } from './vscode/requestFiles/registerRequestFiles.ts';
import { resolveProxy } from './vscode/settings.ts';
import { pruneLater, createRecordings } from './vscode/recordings.ts';
import { createRecentUrls } from './vscode/recentUrls.ts';
import { registerGuarded } from './vscode/report.ts';
import type { Services } from './vscode/services.ts';
import { createRequestScopes } from './vscode/requestFiles/requestScopes.ts';
import { createEditorRunPorts } from './vscode/runs/runCommands.ts';
import { replayCommands } from './vscode/servers/replayCommands.ts';
import { serverCommands, serverStatus } from './vscode/servers/serverCommands.ts';
import { Servers } from './vscode/servers/servers.ts';
import { FocusedRows } from './vscode/sidebar/focusedRows.ts';
import { registerViews } from './vscode/sidebar/registerViews.ts';
import { requireTrust } from './vscode/trust.ts';

let end: (() => Promise<void>) | undefined;

export function activate(context: ExtensionContext): DuplexApi {
  const { extensionUri, subscriptions } = context;
  const log = window.createOutputChannel('Duplex', { log: true });
  const recordingsFolder = join((context.storageUri ?? context.globalStorageUri).fsPath, 'recordings');
  const engine = new Engine({
    workersFolder: join(context.extensionPath, 'dist', 'workers'),
    recordingsFolder,
    onError: (error) => log.error(`${error.code}: ${error.message}`),
    resolveProxy,
    requireTrust: () => requireTrust('read'),
  });
  const environments = new Environments(context.workspaceState);
  const secrets = createSecretStore(context.secrets, context.globalState);
  const tables = new ProtocolTables(engine, log);
  const documents = createMessageDocuments(engine, context.workspaceState);
  const runSessions: Services['runSessions'] = new WeakSet();
  const scopes = createRequestScopes(environments, secrets);
  const sources = { variables: scopes, ports: createEditorRunPorts({ engine, runSessions }, scopes) };
  const services: Services = {
    extensionId: context.extension.id,
    extensionUri,
    storageUri: context.globalStorageUri,
    log,
    engine,
    panels: new SessionPanels({
      engine,
      log,
      extensionUri,
      connect: (session) => connectSession(session, log, () => services.panels.isVisible(session)),
      disconnect: disconnectSession,
      edited: (session, before) => connectionEdited(services, session, before),
      documents,
      variables: createDraftVariables(
        () => environments.ofWorkspace(),
        createOutsidePorts(secrets, secretFolderOf(undefined)),
      ),
      history: createMessageHistory(context.workspaceState),
      saved: createSavedMessages(),
    }),
    recent: createRecentUrls(context.globalState, context.secrets),
    recordings: createRecordings(recordingsFolder),
    demo: createDemoControl(log),
    requests: new RequestIndex(log),
    environments,
    tables,
    secrets,
    servers: new Servers(engine, log, sources),
    runSessions,
    isTest: context.extensionMode === ExtensionMode.Test,
  };

  const rows = new FocusedRows();

  subscriptions.push(
    log,
    environments,
    tables,
    documents,
    services.requests,
    services.servers,
    window.registerWebviewPanelSerializer(PANEL_TYPE, createPanelRestorer({ ...services, recordingsFolder })),
    ...registerViews(services, rows),
    pruneLater(recordingsFolder, log),
    sessionStatus(engine),
    serverStatus(services.servers),
    trackContextKeys(services),
    // Views and request files register their own commands.
    ...registerGuarded(
      rows.resolve({
        ...sessionCommands(services),
        ...manageSessionCommands(services),
        ...recordingCommands(services),
        ...demoCommands(services),
        ...fileCommands(services),
        ...importCommands(services),
        ...exportCommands(services),
        ...serverCommands(services),
        ...replayCommands(services, documents),
      }),
      log,
    ),
    ...registerRequestFiles(services),
  );
  end = async () => {
    // VS Code no longer answers calls here. Their failures must not stop the recordings from being written.
    await Promise.allSettled([services.servers.stopAll(), services.demo.stop()]);
    await Promise.allSettled([engine.dispose()]);
  };
  return duplexApi(services);
}

/** VS Code waits a few seconds for it, which is enough to write every recording to disk. */
export async function deactivate(): Promise<void> {
  await end?.();
}
