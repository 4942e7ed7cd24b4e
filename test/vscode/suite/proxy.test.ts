import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { startConnectProxy } from '../support/connectProxy.ts';
import type { ConnectProxy } from '../support/connectProxy.ts';
import { closeAll, connect, summaryOf } from '../support/duplex.ts';

/** Every value of the setting: under some of them VS Code replaces what requests say of proxies. */
const SUPPORT = ['override', 'on', 'fallback', 'off'];

describe('a proxy', () => {
  let server: DemoServer;
  let proxy: ConnectProxy;
  /** A name that only the proxy knows: without it nothing is reached. */
  let url: string;

  const set = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);

  before(async () => {
    server = await startDemoServer({ port: 0 });
    proxy = await startConnectProxy();
    url = `ws://inside.invalid:${server.port}/echo`;
  });
  afterEach(async () => {
    await closeAll();
    for (const name of ['proxy', 'proxySupport', 'noProxy', 'proxyAuthorization']) await set(name, undefined);
    proxy.asked.length = proxy.authorizations.length = 0;
  });
  after(async () => {
    proxy.close();
    await server.close();
  });

  for (const support of SUPPORT) {
    it(`is used from the request with http.proxySupport ${support}`, async () => {
      await set('proxySupport', support);
      const id = await connect({ url, proxy: proxy.url });
      const summary = await summaryOf(id);
      assert.deepEqual([summary.state, summary.proxy], ['open', proxy.url]);
      assert.deepEqual(proxy.asked, [`inside.invalid:${server.port}`]);
    });

    it(`is ${support === 'off' ? 'not ' : ''}used from http.proxy with http.proxySupport ${support}`, async () => {
      await set('proxySupport', support);
      await set('proxy', proxy.url);
      const { proxy: used, error } = await summaryOf(await connect(url));
      if (support === 'off') assert.equal(error?.code, 'dns.not-found');
      else assert.equal(used, proxy.url);
    });

    it(`is bypassed if the request says none with http.proxySupport ${support}`, async () => {
      await set('proxySupport', support);
      await set('proxy', proxy.url);
      const id = await connect({ url: `${server.url}/echo`, proxy: 'none' });
      assert.equal((await summaryOf(id)).proxy, '');
      assert.deepEqual(proxy.asked, []);
    });
  }

  it('is not used from http.proxy for a host in http.noProxy', async () => {
    await set('proxy', proxy.url);
    await set('noProxy', ['inside.invalid']);
    const { error } = await summaryOf(await connect(url));
    assert.equal(error?.code, 'dns.not-found');
    assert.deepEqual(proxy.asked, []);
  });

  it('gets the credentials of http.proxyAuthorization, and nobody else does', async () => {
    const authorization = `Basic ${Buffer.from('me:canary').toString('base64')}`;
    await set('proxy', proxy.url);
    await set('proxyAuthorization', authorization);
    const summary = await summaryOf(await connect(url));
    assert.deepEqual([summary.state, summary.proxy], ['open', proxy.url]);
    assert.deepEqual(proxy.authorizations, [authorization]);
    assert.doesNotMatch(JSON.stringify(summary), /canary/);
  });
});
