import { commands, Uri } from 'vscode';
import type { TreeDragAndDropController } from 'vscode';

/** Maximum dropped files; more are probably a mistake. */
const MAX_DROPPED = 50;

/** Imports files and folders that are dropped onto a view. */
export function createImportDrop<Node>(): TreeDragAndDropController<Node> {
  return {
    dragMimeTypes: [],
    // The explorer and the desktop both give URIs.
    dropMimeTypes: ['text/uri-list'],
    async handleDrop(_target, dropped, token) {
      const list = await dropped.get('text/uri-list')?.asString();
      const uris = urisOf(list ?? '');
      if (uris.length > 0 && !token.isCancellationRequested)
        await commands.executeCommand('duplex.import', uris);
    },
  };
}

/** The URIs of a list, one per line, without comments (RFC 2483, section 5). */
function urisOf(list: string): readonly Uri[] {
  return list
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, MAX_DROPPED)
    .map((line) => Uri.parse(line));
}
