import { Uri, window } from 'vscode';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/** Opens a terminal with the command line's help, called by its whole path: installing the extension puts no program on the PATH. */
export function openCommandLine({ extensionUri }: Pick<Services, 'extensionUri'>): void {
  requireTrust();
  const program = Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  const terminal = window.createTerminal('duplex');
  terminal.show();
  terminal.sendText(`node "${program}" --help`);
}
