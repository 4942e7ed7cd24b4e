import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { window } from 'vscode';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/**
 * Scripts named `duplex` that start the command line with the Node of the extension host, because the PATH may have
 * none. On the desktop that Node is VS Code itself, which the variable turns into Node. Paths come from variables,
 * so that no shell has to quote them.
 */
const LAUNCHERS: Readonly<Record<string, string>> = {
  duplex: '#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec "$DUPLEX_NODE" "$DUPLEX_CLI" "$@"\n',
  'duplex.cmd':
    '@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n"%DUPLEX_NODE%" "%DUPLEX_CLI%" %*\r\n',
};

/** Opens a terminal in which `duplex` is a command, and prints its help. */
export async function openCommandLine({
  extensionUri,
  storageUri,
}: Pick<Services, 'extensionUri' | 'storageUri'>): Promise<void> {
  requireTrust();
  const folder = join(storageUri.fsPath, 'bin');
  await writeLaunchers(folder);
  const path = process.env['PATH'] ?? '';
  const terminal = window.createTerminal({
    name: 'duplex',
    env: {
      DUPLEX_NODE: process.execPath,
      DUPLEX_CLI: join(extensionUri.fsPath, 'dist', 'cli.js'),
      PATH: path === '' ? folder : `${folder}${delimiter}${path}`,
    },
  });
  terminal.show();
  terminal.sendText('duplex --help');
}

/** Writes the scripts each time, because another version may have left older ones. */
async function writeLaunchers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(LAUNCHERS)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
}
