import { commands, l10n, Selection, Uri, window } from 'vscode';
import { DuplexError } from '../../../shared/errors.ts';
import type { Command } from '../../commands/guarded.ts';
import { findRequest } from '../../requestFiles/findRequest.ts';
import { requireTrust } from '../../trust.ts';
import type { FileNode, RequestNode } from './requestItem.ts';

/** The commands of the Requests view's rows. */
export function requestListCommands(): Readonly<Record<string, Command>> {
  return {
    /** Answers the session's id, as Connect to Request does. */
    'duplex.connectListedRequest': async (argument) => {
      const node = nodeOf(argument);
      if (node.kind === 'file') throw noRequest();
      return commands.executeCommand('duplex.connectRequest', node.uri, node.request.which);
    },
    /** Shows a file, or a request in its file. */
    'duplex.openListedRequest': async (argument) => {
      requireTrust('read');
      const node = nodeOf(argument);
      if (node.kind === 'file') {
        await window.showTextDocument(node.uri);
        return;
      }
      const { document, request } = await findRequest(node.uri, node.request.which);
      const { line, character } = request.target.range.start;
      const selection = new Selection(line, character, line, character);
      await window.showTextDocument(document, { selection });
    },
  };
}

function nodeOf(argument: unknown): FileNode | RequestNode {
  const node = (argument ?? {}) as Partial<FileNode | RequestNode>;
  if ((node.kind === 'file' || node.kind === 'request') && node.uri instanceof Uri)
    return node as FileNode | RequestNode;
  throw noRequest();
}

function noRequest(): DuplexError {
  return new DuplexError('call.invalid', l10n.t('This is for the rows of the Requests view.'));
}
