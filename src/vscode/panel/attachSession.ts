import { randomBytes } from 'node:crypto';
import { env, l10n, Uri } from 'vscode';
import type { Disposable, LogOutputChannel, WebviewPanel } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { TICK_INTERVAL } from '../../shared/limits.ts';
import type { PanelEvents, PanelHostCalls, PanelState } from '../../shared/panelProtocol.ts';
import { createRpc } from '../../shared/rpc.ts';
import { detach } from '../report.ts';
import { copyPayload, copyView } from '../payload/copyPayload.ts';
import { savePayload } from '../payload/savePayload.ts';
import { exportRecording } from '../exports/exportRecording.ts';
import { pickRows } from '../exports/pickRows.ts';
import { throttle } from '../throttle.ts';
import type { MessageDocuments } from '../payload/messageDocuments.ts';
import { composerCalls } from './compose/composerCalls.ts';
import { createDraftSchemas } from './compose/draftSchemas.ts';
import type { DraftVariables } from './compose/draftVariables.ts';
import type { MessageHistory } from './compose/messageHistory.ts';
import { createPickedFiles } from './compose/pickedFiles.ts';
import type { SavedMessages } from './compose/savedMessages.ts';
import { connectionCalls } from './connectionCalls.ts';
import { createConnectionPorts } from './connectionPorts.ts';
import { handshakeCalls } from './handshakeCalls.ts';
import { panelCalls, rulesOf } from './panelCalls.ts';
import { createPanelSearches } from './panelSearches.ts';
import { panelTimeline } from './panelTimeline.ts';
import { panelUnits } from './panelUnits.ts';
import { panelHtml } from './panelHtml.ts';
import { panelProxy, proxyCalls } from './proxyCalls.ts';
import { rowCalls } from './rowCalls.ts';
import { createWebviewChannel } from './webviewChannel.ts';
import type { WrittenConnection } from './writtenConnection.ts';
import { inertText } from '../inertText.ts';
import { columnsSetting } from '../settings.ts';
import { tabIcon, tabTitle } from '../sessionState.ts';
import type { TabIcon } from '../sessionState.ts';

export interface PanelServices {
  readonly engine: Engine;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
  /** Connects a session that exists, with progress and Cancel. */
  connect(session: Session): Promise<void>;
  /** Disconnects a session; at once if it is closing already. */
  disconnect(session: Session): Promise<void>;
  /** Called when the user changed the connection's options. @param before the previously shown URL */
  edited(session: Session, before: string): void;
  readonly documents: MessageDocuments;
  readonly variables: DraftVariables;
  /** The connections as users wrote them with variables, by session. */
  readonly written: WeakMap<Session, WrittenConnection>;
  readonly history: MessageHistory;
  readonly saved: SavedMessages;
}

let attached = 0;

/** The only folder that a panel's page may load from. */
function webviewFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'webview');
}

export interface Attachment extends Disposable {
  /** Opens the Go To field of the timeline, once the page is ready. @param text initial text of the field */
  goTo(text: string): void;
  /** Opens the form of the connection's options, once the page is ready. */
  edit(): void;
  /** Selects a row and shows it, once the page is ready. */
  showRow(seq: number): void;
}

/** Shows a session in a webview panel until it is disposed. The session itself stays unchanged. */
export function attachSession(services: PanelServices, panel: WebviewPanel, session: Session): Attachment {
  const { engine, log } = services;
  const { webview } = panel;
  const prefix = `${session.id}/${++attached}/`;
  // Hiding a panel unloads its page. Messages to a page are lost until it reports that it is ready.
  let loaded = false;
  /** Calls to the page that wait until it is ready. */
  let waiting: (() => void) | undefined;

  const state = (): PanelState => ({
    session: session.summary,
    rows: session.rows,
    remoteName: env.remoteName ?? '',
    heartbeat: session.options.heartbeat > 0,
    repeat: composer.repeat,
    proxy: panelProxy(session.proxied),
  });
  const composer = composerCalls({
    session,
    files: createPickedFiles(),
    variables: services.variables,
    history: services.history,
    saved: services.saved,
    schemas: createDraftSchemas(() => session.options.decode, engine.schemas),
    types: engine.schemas,
    onChange: () => update(),
  });
  const rows = rowCalls({
    readRows: (from, count) => session.readRows(from, count),
    readPayload: (seq) => session.readPayload(seq),
    rules: () => rulesOf(session),
    types: engine.schemas,
    send: (message) => session.send(message),
    copyText: copyView,
    open: (row) => services.documents.open(session, row),
    compare: (first, second) => services.documents.compare(session, first, second),
    compareReplayed: (recorded, own) => services.documents.compareReplayed(session, recorded, own),
  });
  const connect = (): Promise<void> => services.connect(session);
  const ports = createConnectionPorts(services, session);
  const answering = panelCalls(prefix, session, () => engine.format, {
    ready() {
      loaded = true;
      // A new page does not know the searches of the previous one.
      detach(searches.endAll(), log);
      // Sent after the answer, because the page waits for that.
      if (waiting) setImmediate(waiting);
      waiting = undefined;
      return { ...state(), draft: composer.draft, columns: columnsSetting() };
    },
    connect,
    disconnect: () => services.disconnect(session),
    savePayload: (seq) => savePayload(services, session, seq),
    copyPayload: (seq) => copyPayload(engine, session, seq),
    copyText: copyView,
  });
  const fail = (thrown: unknown): void => {
    const error = toDuplexError(thrown);
    log.error(`Panel of ${session.summary.name}: ${error.code}: ${error.message}`);
  };
  const searches = createPanelSearches(
    async ({ decoded, ...query }) => {
      const gate = await units.gate(query);
      const { protocol, decode } = session.options;
      const how = decoded && { decoded: { protocol, decode } };
      return engine.search(session, { ...query, ...how }, gate && { gate });
    },
    (states) => {
      if (panel.visible) rpc.remote.searched(states);
    },
    fail,
  );
  const timeline = panelTimeline({
    name: prefix,
    session,
    query: () => engine.query,
    search: searches.find,
    copyText: copyView,
    async saveRows(folder, rows) {
      await exportRecording(services, { name: session.summary.name, folder }, async () => rows);
    },
    async exportRows(folder, all, offered) {
      await exportRecording(services, { name: session.summary.name, folder }, () =>
        pickRows(engine, folder, all, offered),
      );
    },
  });
  const units = panelUnits(session, (options) => engine.units(session, options), fail);
  const rpc = createRpc<PanelEvents, PanelHostCalls>(
    createWebviewChannel(webview, fail),
    {
      ...answering.calls,
      ...searches.calls,
      ...timeline.calls,
      ...handshakeCalls(session, ports),
      ...connectionCalls(session, ports),
      ...composer.calls,
      ...rows,
      ...proxyCalls({ proxied: () => session.proxied, messageOf: (draft) => composer.messageOf(draft) }),
      ...units.calls,
      hits: async (name, from, count) => {
        const hits = await units.withSummaries(await searches.calls.hits(name, from, count));
        return searches.marked(name, hits, async (given) => given);
      },
      hitsBetween: async (name, from, end) => {
        const hits = await searches.calls.hitsBetween(name, from, end);
        return searches.marked(name, hits, (given) => units.withSummaries(given));
      },
    },
    {
      events: ['update', 'searched', 'formatProgress', 'goTo', 'showRow', 'editConnection'],
      timeout: 0,
      onError: fail,
    },
  );

  const media = Uri.joinPath(services.extensionUri, 'media');
  let shownIcon: TabIcon | undefined;
  const retitle = (): void => {
    const { name } = session.summary;
    const title = inertText(tabTitle(name, session.summary.state));
    if (panel.title !== title) panel.title = title;
    const icon = tabIcon(session.summary.state);
    if (icon === shownIcon) return;
    shownIcon = icon;
    panel.iconPath = {
      light: Uri.joinPath(media, `session-${icon}-light.svg`),
      dark: Uri.joinPath(media, `session-${icon}-dark.svg`),
    };
  };
  // Joins frequent changes into one update.
  const update = throttle(() => {
    retitle();
    if (loaded && panel.visible) rpc.remote.update(state());
  }, TICK_INTERVAL);
  const stopChanges = session.onDidChange(update);
  const stopProgress = engine.onFormatProgress((document, done, total) => {
    const name = answering.nameOf(document);
    if (name !== undefined && panel.visible) rpc.remote.formatProgress(name, done, total);
  });
  const viewState = panel.onDidChangeViewState(() => {
    if (panel.visible) return;
    loaded = false;
    detach(searches.endAll(), log);
  });

  retitle();
  webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(services.extensionUri)] };
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(webviewFolder(services.extensionUri), name)).toString();
  webview.html = panelHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    script: file('panel.js'),
    codicons: file('codicon.css'),
    language: env.language,
    title: session.summary.name,
    texts: l10n.bundle,
  });

  const tell = (say: () => void): void => {
    if (loaded && panel.visible) say();
    else waiting = say;
  };

  return {
    goTo: (text) => tell(() => rpc.remote.goTo(text)),
    edit: () => tell(() => rpc.remote.editConnection()),
    showRow: (seq) => tell(() => rpc.remote.showRow(seq)),
    dispose() {
      update.dispose();
      composer.dispose();
      stopChanges();
      stopProgress();
      viewState.dispose();
      rpc.dispose('The panel was closed.');
      detach(answering.closeDocuments(), log);
      detach(searches.dispose(), log);
      detach(timeline.dispose(), log);
      detach(units.dispose(), log);
    },
  };
}
