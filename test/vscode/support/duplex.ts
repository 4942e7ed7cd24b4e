import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SessionSummary } from '../../../src/shared/session.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import type { DuplexApi } from '../../../src/vscode/api.ts';
import { until } from './until.ts';

/** The API of the extension under test, activated where it was not. */
export async function duplexApi(): Promise<DuplexApi> {
  const extension = vscode.extensions.getExtension<DuplexApi>('duplex.duplex');
  assert.ok(extension, 'duplex.duplex is not installed');
  return extension.activate();
}

/** Runs a command of the extension; `id` is without `duplex.`. */
export async function run<T = unknown>(id: string, ...args: unknown[]): Promise<T> {
  return vscode.commands.executeCommand<T>(`duplex.${id}`, ...args);
}

/** Connects by the command, as a keybinding with arguments does. */
export async function connect(target: unknown): Promise<string> {
  const id = await run<string | undefined>('connect', target);
  assert.ok(id, `duplex.connect made no session of ${JSON.stringify(target)}`);
  return id;
}

export async function summaryOf(id: string): Promise<SessionSummary> {
  const found = (await duplexApi()).sessions().find((session) => session.id === id);
  assert.ok(found, `there is no session ${id}`);
  return found;
}

export async function rowsOf(id: string): Promise<readonly Row[]> {
  return (await duplexApi()).readRows(id, 0, 2000);
}

/** Waits for so many rows to be readable from the recording, and answers them. */
export async function waitForRows(id: string, count: number): Promise<readonly Row[]> {
  return until(`${count} rows`, async () => {
    const rows = await rowsOf(id);
    return rows.length >= count && rows;
  });
}

export async function payloadText(id: string, seq: number): Promise<string> {
  return new TextDecoder().decode(await (await duplexApi()).readPayload(id, seq));
}

/** The tabs that are panels of sessions. */
export function panelTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('duplex.session'),
    );
}

/** Removes every session, and with it every panel. */
export async function closeAll(): Promise<void> {
  for (const { id } of (await duplexApi()).sessions()) await run('closeSession', id);
}
