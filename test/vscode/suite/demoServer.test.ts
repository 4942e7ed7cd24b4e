import { after, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { closeAll, connect, duplexApi, payloadText, run, summaryOf, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('the demo server', () => {
  after(async () => {
    await run('stopDemoServer');
    await closeAll();
  });

  it('is started by its command, once, and answers', async () => {
    const url = await run<string>('startDemoServer');
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await run('startDemoServer'), url);
    const id = await connect(`${url}/echo`);
    await run('send', id, 'hello');
    await waitForRows(id, 3);
    assert.equal(await payloadText(id, 2), 'hello');
  });

  it('ends its connections when it is stopped, and can be started again', async () => {
    const url = await run<string>('startDemoServer');
    const id = await connect(`${url}/echo`);
    await run('stopDemoServer');
    await until('the end of the session', async () => (await summaryOf(id)).state === 'closed');
    const again = await run<string>('startDemoServer');
    assert.equal((await summaryOf(await connect(`${again}/echo`))).state, 'open');
  });

  it('leads a new user to a first message and its answer', async () => {
    await closeAll();
    await run('connectToDemoServer');
    const [session] = (await duplexApi()).sessions();
    assert.ok(session);
    const rows = await waitForRows(session.id, 3);
    assert.deepEqual(
      rows.map(({ kind, direction }) => `${kind} ${direction}`),
      ['open none', 'text out', 'text in'],
    );
  });
});
