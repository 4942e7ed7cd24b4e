import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Uri } from 'vscode';
import { inertMarkdown, inertText } from '../inertText.ts';
import type { ListedRequest, ListedServer } from '../requestFiles/listedRequests.ts';

export interface FileNode {
  readonly kind: 'file';
  readonly uri: Uri;
}

export interface RequestNode {
  readonly kind: 'request';
  readonly uri: Uri;
  readonly request: ListedRequest;
}

/** A server or a proxy of a file. */
export interface ServerNode {
  readonly kind: 'server';
  readonly uri: Uri;
  readonly server: ListedServer;
}

/** The only child of a file without requests to show. */
export interface MessageNode {
  readonly kind: 'message';
  readonly uri: Uri;
  readonly text: string;
}

export type Node = FileNode | RequestNode | ServerNode | MessageNode;

/** A row of the Requests view. */
export function requestItem(node: Node, isExpanded: boolean): TreeItem {
  switch (node.kind) {
    case 'file':
      return fileItem(node, isExpanded);
    case 'request':
      return itemOf(node);
    case 'server':
      return serverItem(node);
    case 'message': {
      const item = new TreeItem(inertText(node.text));
      item.tooltip = inertMarkdown(node.text);
      item.command = { command: 'duplex.openListedRequest', title: l10n.t('Open'), arguments: [node] };
      return item;
    }
  }
}

function fileItem({ uri }: FileNode, isExpanded: boolean): TreeItem {
  const item = new TreeItem(
    uri,
    isExpanded ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed,
  );
  item.id = uri.toString();
  item.iconPath = ThemeIcon.File;
  // `true` lets VS Code show the folder.
  item.description = true;
  item.contextValue = 'requestFile';
  return item;
}

function itemOf(node: RequestNode): TreeItem {
  const { uri, request } = node;
  const { name, url, which, error } = request;
  const item = new TreeItem(inertText(name ?? url));
  item.id = `${uri.toString()}#${JSON.stringify(which)}`;
  if (name !== undefined) item.description = inertText(url);
  item.iconPath = error ? errorIcon() : new ThemeIcon('arrow-swap');
  item.contextValue = error ? 'request.invalid' : 'request';
  item.tooltip = inertMarkdown(error ? l10n.t('Not runnable: error in line {0}', error) : url);
  item.command = { command: 'duplex.openListedRequest', title: l10n.t('Open'), arguments: [node] };
  return item;
}

/** A server's row. Its code lens in the file starts it. */
function serverItem(node: ServerNode): TreeItem {
  const { uri, server } = node;
  const { name, url, error, range, isProxy } = server;
  const item = new TreeItem(inertText(name ?? url));
  item.id = `${uri.toString()}#server ${range.start.line}`;
  const kind = isProxy ? l10n.t('proxy') : l10n.t('server');
  item.description = inertText(name === undefined ? kind : `${kind} · ${url}`);
  item.iconPath = error ? errorIcon() : new ThemeIcon(isProxy ? 'server-process' : 'broadcast');
  item.contextValue = error ? 'listedServer.invalid' : 'listedServer';
  item.tooltip = inertMarkdown(error ? l10n.t('Not runnable: error in line {0}', error) : url);
  item.command = { command: 'duplex.openListedRequest', title: l10n.t('Open'), arguments: [node] };
  return item;
}

function errorIcon(): ThemeIcon {
  return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
}
