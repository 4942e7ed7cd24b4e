import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { closeAll, connect, panelTabs, run, summaryOf, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('the panel of a session', () => {
  let server: DemoServer;

  before(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterEach(async () => {
    await vscode.workspace
      .getConfiguration('duplex')
      .update('panel.onClose', undefined, vscode.ConfigurationTarget.Global);
    await closeAll();
  });
  after(async () => {
    await server.close();
  });

  async function open(): Promise<string> {
    const id = await connect({ url: `${server.url}/echo`, name: 'Echo' });
    await until('the panel', () => panelTabs().length === 1);
    return id;
  }

  async function closePanel(): Promise<void> {
    await vscode.window.tabGroups.close(panelTabs());
    await until('the panel to close', () => panelTabs().length === 0);
  }

  it('may be closed: the session stays connected and continues to record', async () => {
    const id = await open();
    await closePanel();
    await run('send', id, 'unseen');
    await waitForRows(id, 3);
    assert.equal((await summaryOf(id)).state, 'open');
  });

  it('comes back by Show Session, and is not opened twice', async () => {
    const id = await open();
    await closePanel();
    await run('revealSession', id);
    await until('the panel', () => panelTabs().length === 1);
    await run('revealSession', id);
    assert.deepEqual(
      panelTabs().map((tab) => tab.label),
      ['Echo'],
    );
  });

  it('disconnects when it is closed if the setting says so', async () => {
    await vscode.workspace
      .getConfiguration('duplex')
      .update('panel.onClose', 'disconnect', vscode.ConfigurationTarget.Global);
    const id = await open();
    await closePanel();
    await until('the end of the connection', async () => (await summaryOf(id)).state === 'closed');
  });

  it('is the target of commands without arguments', async () => {
    const id = await open();
    const other = await connect({ url: `${server.url}/echo`, name: 'Other' });
    await until('both panels', () => panelTabs().length === 2);
    await run('revealSession', id);
    await until('the first panel', () => panelTabs().find((tab) => tab.isActive)?.label === 'Echo');
    await until('the focus', async () => {
      await run('sendPing');
      return (await waitForRows(id, 1)).some((row) => row.kind === 'ping');
    });
    assert.equal((await waitForRows(other, 1)).length, 1);
  });
});
