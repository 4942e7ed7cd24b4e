import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WorkerHost } from '../../../src/engine/workerHost.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { temporaryFolder } from '../../support/folders.ts';

interface Calls {
  thread(): Promise<number>;
  spin(): Promise<void>;
}

const SOURCE = `
const { parentPort, threadId } = require('node:worker_threads');
parentPort.on('message', ({ i, m }) => {
  for (; m === 'spin';) /^(a+)+$/.test('a'.repeat(40) + '!');
  parentPort.postMessage({ t: 's', i, r: { ok: true, value: threadId } });
});`;

it('a worker that is busy forever can be restarted: its callers get the reason, and it is not a crash', async () => {
  const file = join(await temporaryFolder(), 'tiny.js');
  writeFileSync(file, SOURCE);
  const errors: DuplexError[] = [];
  let crashes = 0;
  const host = new WorkerHost<Calls, object>({
    file,
    handlers: {},
    onError: (error) => errors.push(error),
    onCrash: () => crashes++,
  });
  const first = await host.remote.thread();
  for (let round = 0; round < 5; round++) {
    const pending = expect(host.remote.spin()).rejects.toMatchObject({
      code: 'call.disposed',
      message: 'It took too long.',
    });
    await host.restart('It took too long.');
    await pending;
  }
  expect(await host.remote.thread()).not.toBe(first);
  expect([errors, crashes]).toEqual([[], 0]);
  await host.dispose();
});
