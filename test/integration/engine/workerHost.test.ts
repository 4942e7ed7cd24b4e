import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WorkerHost } from '../../../src/engine/workerHost.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { temporaryFolder } from '../../support/folders.ts';

interface Calls {
  thread(): Promise<number>;
  crash(): Promise<void>;
}

/** A worker of a few lines that answers as createRpc does, and can be made to crash. */
const SOURCE = `
const { parentPort, threadId } = require('node:worker_threads');
parentPort.on('message', ({ i, m }) => {
  if (m === 'crash') throw new Error('out of order');
  parentPort.postMessage({ t: 's', i, r: { ok: true, value: threadId } });
});`;

const hosts: WorkerHost<Calls, object>[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.dispose();
});

async function host(): Promise<{
  host: WorkerHost<Calls, object>;
  errors: DuplexError[];
  crashes: () => number;
}> {
  const file = join(await temporaryFolder(), 'tiny.js');
  writeFileSync(file, SOURCE);
  const errors: DuplexError[] = [];
  let crashes = 0;
  const made = new WorkerHost<Calls, object>({
    file,
    handlers: {},
    onError: (error) => errors.push(error),
    onCrash: () => crashes++,
  });
  hosts.push(made);
  return { host: made, errors, crashes: () => crashes };
}

describe('WorkerHost', () => {
  it('starts one worker, on the first call', async () => {
    const { host: workers } = await host();
    const thread = await workers.remote.thread();
    expect(await workers.remote.thread()).toBe(thread);
  });

  it('rejects pending calls after a crash, and starts another worker for the next call', async () => {
    const { host: workers, errors, crashes } = await host();
    const first = await workers.remote.thread();
    await expect(workers.remote.crash()).rejects.toMatchObject({
      code: 'call.disposed',
      message: /tiny worker crashed/,
    });
    expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'internal: The tiny worker crashed: out of order',
    ]);
    expect(crashes()).toBe(1);
    expect(await workers.remote.thread()).not.toBe(first);
  });

  it('gives up on a worker that crashes again and again', async () => {
    const { host: workers } = await host();
    for (let i = 0; i < 4; i++)
      await expect(workers.remote.crash()).rejects.toMatchObject({ code: 'call.disposed' });
    expect(() => workers.remote).toThrow(/crashes repeatedly: reload the window/);
  });

  it('rejects pending calls when it is disposed, and all later calls', async () => {
    const { host: workers, errors, crashes } = await host();
    const pending = workers.remote.thread();
    const rejected = expect(pending).rejects.toMatchObject({ code: 'call.disposed' });
    await workers.dispose();
    await rejected;
    expect(() => workers.remote).toThrow(/was ended/);
    expect([errors, crashes()]).toEqual([[], 0]);
  });
});
