import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Uri } from 'vscode';
import { inertMarkdown, inertText } from '../inertText.ts';
import type { ListedRequest } from '../requestFiles/listedRequests.ts';

export interface FileNode {
  readonly kind: 'file';
  readonly uri: Uri;
}

export interface RequestNode {
  readonly kind: 'request';
  readonly uri: Uri;
  readonly request: ListedRequest;
}

/** Stands for the requests of a file that has none to show. */
export interface MessageNode {
  readonly kind: 'message';
  readonly uri: Uri;
  readonly text: string;
}

export type Node = FileNode | RequestNode | MessageNode;

/** A row of the Requests view. */
export function requestItem(node: Node, isExpanded: boolean): TreeItem {
  switch (node.kind) {
    case 'file':
      return fileItem(node, isExpanded);
    case 'request':
      return itemOf(node);
    case 'message': {
      const item = new TreeItem(inertText(node.text));
      item.tooltip = inertMarkdown(node.text);
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
  // VS Code writes the folder there.
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
  item.iconPath = error
    ? new ThemeIcon('error', new ThemeColor('list.errorForeground'))
    : new ThemeIcon('arrow-swap');
  item.contextValue = error ? 'request.invalid' : 'request';
  item.tooltip = inertMarkdown(error ? l10n.t('Not runnable: error in line {0}', error) : url);
  item.command = { command: 'duplex.openListedRequest', title: l10n.t('Open'), arguments: [node] };
  return item;
}
