import { commands, env, l10n, Selection, StatusBarAlignment, Uri, window, workspace } from 'vscode';
import type { Disposable, TextDocument } from 'vscode';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Request } from '../../core/request/syntax/tree.ts';
import { invalidUrl } from '../../core/session/options/validate.ts';
import { DuplexError } from '../../shared/errors.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { Command } from '../report.ts';
import { detach } from '../report.ts';
import { editorRange, requestFile } from '../requestFiles/requestDocuments.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import type { RunningServer, Servers } from './servers.ts';

/** The commands of servers and proxies. */
export function serverCommands(services: Services): Readonly<Record<string, Command>> {
  const { servers } = services;
  return {
    /** Serves one block, or all blocks of a file. @returns the URLs */
    'duplex.serve': async (file, line) => {
      requireTrust('listen');
      const placed = await blocksOf(file, line);
      const urls: string[] = [];
      for (const each of placed) {
        const server = await servers.serve(each);
        if (!server) continue;
        urls.push(server.url);
        if (each.request.listen) detach(sayWhatToChange(servers, server), services.log);
      }
      return urls;
    },
    'duplex.stopServer': async (node, line) => {
      const server =
        serverOf(servers, node) ?? (await ofBlock(servers, node, line)) ?? (await pickServer(servers.all));
      if (server) await servers.stop(server);
    },
    'duplex.stopAllServers': () => servers.stopAll(),
    'duplex.copyServerUrl': async (node) => {
      const server = serverOf(servers, node) ?? (await pickServer(servers.all));
      if (server) await env.clipboard.writeText(server.url);
    },
    'duplex.copyServerCertificate': async (node) => {
      const certified = servers.all.filter(({ certificate }) => certificate);
      const server = serverOf(servers, node) ?? (await pickServer(certified));
      if (server?.certificate) await env.clipboard.writeText(server.certificate.pem);
    },
    'duplex.openServerFile': async (node) => {
      const placed = serverOf(servers, node)?.placed;
      if (!placed) return;
      const { start } = editorRange(placed.request.target.range);
      const document = await workspace.openTextDocument(Uri.parse(placed.uri, true));
      await window.showTextDocument(document, { selection: new Selection(start, start) });
    },
    /** @returns the URL */
    'duplex.startProxy': async (target, port) => {
      requireTrust('listen');
      const url = typeof target === 'string' ? target : (await askTarget())?.trim();
      if (url === undefined) return undefined;
      const server = await servers.proxy(url, typeof port === 'number' ? port : 0);
      detach(sayWhatToChange(servers, server), services.log);
      return server.url;
    },
    /** Serves an example by the name of its file, or one that the user chooses. @returns the URLs */
    'duplex.serveExample': async (name) => {
      requireTrust('listen');
      const folder = Uri.joinPath(services.extensionUri, 'examples', 'servers');
      const names = (await workspace.fs.readDirectory(folder))
        .map(([name]) => name)
        .filter((name) => name.endsWith('.ws'));
      const demo = l10n.t('Demo Server');
      const chosen =
        names.find((each) => each === name) ??
        (await window.showQuickPick([demo, ...names], { placeHolder: l10n.t('Which server?') }));
      if (chosen === undefined) return undefined;
      if (chosen === demo) return commands.executeCommand('duplex.startDemoServer');
      const document = await workspace.openTextDocument(Uri.joinPath(folder, chosen));
      await window.showTextDocument(document);
      return commands.executeCommand('duplex.serve', document.uri);
    },
  };
}

/** The block at a line of a file, or all its blocks. @throws DuplexError `call.invalid` if there is none */
async function blocksOf(file: unknown, line: unknown): Promise<readonly PlacedRequest[]> {
  const document = await documentOf(file);
  const parsed = document && requestFile(document);
  if (!parsed)
    throw new DuplexError('call.invalid', l10n.t('No request file is open: open a .ws file or name one.'));
  const uri = document.uri.toString();
  const blocks = [...parsed.servers, ...parsed.proxies].map((request) => ({ uri, file: parsed, request }));
  const chosen = typeof line === 'number' ? blocks.filter(({ request }) => isAt(request, line)) : blocks;
  if (chosen.length > 0) return chosen;
  throw new DuplexError(
    'call.invalid',
    l10n.t('The file has no server: write {0}.', 'SERVE ws://127.0.0.1:9000/path'),
  );
}

function isAt({ target }: Request, line: number): boolean {
  return target.range.start.line === line;
}

async function documentOf(file: unknown): Promise<TextDocument | undefined> {
  if (file === undefined) return window.activeTextEditor?.document;
  const uri = file instanceof Uri ? file : typeof file === 'string' ? Uri.parse(file, true) : undefined;
  return uri && workspace.openTextDocument(uri);
}

function serverOf(servers: Servers, node: unknown): RunningServer | undefined {
  return servers.all.find((server) => server === node);
}

async function ofBlock(servers: Servers, file: unknown, line: unknown): Promise<RunningServer | undefined> {
  if (typeof line !== 'number') return undefined;
  const [placed] = await blocksOf(file, line);
  return placed && servers.find(placed);
}

async function pickServer(all: readonly RunningServer[]): Promise<RunningServer | undefined> {
  if (all.length <= 1) return all[0];
  const items = all.map((server) => ({
    label: inertText(server.name),
    description: inertText(server.url),
    server,
  }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Which server?') }))?.server;
}

async function askTarget(): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Start Proxy'),
    prompt: l10n.t('The server that the application connects to now'),
    placeHolder: 'wss://api.example.test/stream',
    validateInput: inertCheck((text) => invalidUrl(text.trim())),
  });
}

async function sayWhatToChange(servers: Servers, server: RunningServer): Promise<void> {
  const text = l10n.t('Let the application connect to {0} instead of {1}.', server.url, server.target ?? '');
  await offerUrl(servers, server, text);
}

/** Shows the URL of a server, with buttons that copy it and stop the server. */
export async function offerUrl(servers: Servers, server: RunningServer, text: string): Promise<void> {
  const copy = l10n.t('Copy URL');
  const stop = l10n.t('Stop');
  const chosen = await window.showInformationMessage(inertText(text), copy, stop);
  if (chosen === copy) await env.clipboard.writeText(server.url);
  if (chosen === stop) await servers.stop(server);
}

/** The number of listening servers, if there are any; a click shows the Servers view. */
export function serverStatus(servers: Servers): Disposable {
  const item = window.createStatusBarItem('duplex.servers', StatusBarAlignment.Left);
  item.name = l10n.t('WebSocket Servers');
  item.command = 'duplex.servers.focus';
  const refresh = (): void => {
    const count = servers.all.length;
    void commands.executeCommand('setContext', 'duplex.anyServer', count > 0);
    if (count === 0) return item.hide();
    item.text = `$(broadcast) ${count}`;
    item.tooltip =
      count === 1 ? l10n.t('1 WebSocket server listens') : l10n.t('{0} WebSocket servers listen', count);
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  };
  const subscription = servers.onDidChange(refresh);
  return {
    dispose() {
      subscription.dispose();
      item.dispose();
    },
  };
}
