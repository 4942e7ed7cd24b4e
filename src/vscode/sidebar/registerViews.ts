import { commands, window, workspace } from 'vscode';
import type { Disposable, TreeView } from 'vscode';
import { detach, registerGuarded } from '../report.ts';
import type { Services } from '../services.ts';
import type { FocusedRows } from './focusedRows.ts';
import { createImportDrop } from './importDrop.ts';
import { recentCommands, RecentTree } from './recentView.ts';
import { RecordingsTree } from './recordingsTree.ts';
import { requestListCommands, RequestsTree } from './requestsTree.ts';
import { ServersTree } from './serversTree.ts';
import { SessionsTree } from './sessionsTree.ts';
import type { ViewTexts } from './viewTexts.ts';
import { inertText } from '../inertText.ts';

/** The views of the activity bar's container, with the commands of their rows. */
export function registerViews(services: Services, rows: FocusedRows): Disposable[] {
  const sessions = new SessionsTree(
    services.engine,
    (session) => services.runSessions.has(session),
    (session) => services.servers.ofSession(session) !== undefined,
  );
  const sessionsView = window.createTreeView('duplex.sessions', {
    treeDataProvider: sessions,
    dragAndDropController: createImportDrop(),
  });
  const servers = new ServersTree(services.servers, services.engine);
  const serversView = window.createTreeView('duplex.servers', { treeDataProvider: servers });
  const followActive = (): void => {
    const { active } = services.panels;
    // Only in a visible view, because revealing would open it.
    const view = active && services.servers.ofSession(active) ? serversView : sessionsView;
    if (active && view.visible) detach(view.reveal(active, { select: true, focus: false }), services.log);
  };
  const { requests: index } = services;
  const requests = new RequestsTree(index);
  const recent = new RecentTree(services.recent);
  const recordings = new RecordingsTree(services);

  const requestsView = window.createTreeView('duplex.requests', {
    treeDataProvider: requests,
    dragAndDropController: createImportDrop(),
    showCollapseAll: true,
  });
  const recentView = window.createTreeView('duplex.recent', { treeDataProvider: recent });
  const recordingsView = window.createTreeView('duplex.recordings', {
    treeDataProvider: recordings,
    dragAndDropController: createImportDrop(),
  });

  rows.add('duplex.sessions', sessionsView, (node) => !('group' in node));
  rows.add('duplex.servers', serversView, (node) => 'sessions' in node);
  rows.add('duplex.recent', recentView, () => true);
  rows.add('duplex.recordings', recordingsView, (node) => !('day' in node));

  // Refreshes when the user returns to this window or to the view, because other windows may have changed the files.
  const comeBack = (): void => {
    if (recentView.visible) recent.refresh();
    if (recordingsView.visible) recordings.refresh();
  };
  const showAll = async (isShown: boolean): Promise<void> => {
    recordings.showAll(isShown);
    await commands.executeCommand('setContext', 'duplex.allRecordings', isShown);
  };
  return [
    servers,
    serversView,
    sessions,
    sessionsView,
    services.panels.onDidChangeActive(followActive),
    sessionsView.onDidChangeVisibility(followActive),
    requests,
    requestsView,
    requests.onDidChangeTexts((texts) => say(requestsView, texts)),
    recent,
    recentView,
    recentView.onDidChangeVisibility(comeBack),
    recordings,
    recordingsView,
    recordingsView.onDidChangeVisibility(comeBack),
    recordings.onDidChangeTexts((texts) => say(recordingsView, texts)),
    window.onDidChangeWindowState(({ focused }) => focused && comeBack()),
    workspace.onDidGrantWorkspaceTrust(() => {
      index.refresh();
      comeBack();
    }),
    ...registerGuarded(
      {
        ...rows.resolve(recentCommands(services)),
        ...requestListCommands(),
        'duplex.refreshRecordings': async () => recordings.refresh(),
        'duplex.showAllRecordings': () => showAll(true),
        'duplex.hideEmptyRecordings': () => showAll(false),
      },
      services.log,
    ),
  ];
}

function say(view: TreeView<unknown>, { description = '', message = '' }: ViewTexts): void {
  view.description = inertText(description);
  view.message = inertText(message);
}
