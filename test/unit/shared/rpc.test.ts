import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { createRpc, transfer } from '../../../src/shared/rpc.ts';
import type { Channel, Rpc } from '../../../src/shared/rpc.ts';

interface Calls {
  add(a: number, b: number): Promise<number>;
  fail(): Promise<void>;
  crash(): Promise<void>;
  never(): Promise<void>;
  person(): Promise<string>;
  take(buffer: { bytes: ArrayBuffer }): Promise<number>;
  give(): Promise<Uint8Array>;
  uncloneable(): Promise<unknown>;
  told(text: string): void;
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const channelOf = (port: MessagePort): Channel => ({
  post: (message, buffers) => port.postMessage(message, [...buffers]),
  listen(receive) {
    port.on('message', receive);
    return () => port.off('message', receive);
  },
});

function pair(timeout = 1000): {
  client: Rpc<Calls>;
  told: string[];
  errors: DuplexError[];
  given: Uint8Array;
} {
  const { port1, port2 } = new MessageChannel();
  const told: string[] = [];
  const errors: DuplexError[] = [];
  const given = new Uint8Array([1, 2, 3]);
  const calls: Calls = {
    add: async (a, b) => a + b,
    fail: async () => {
      throw new DuplexError('disk.full', 'There is no space left.');
    },
    crash: async () => {
      throw new TypeError('x is not a function');
    },
    never: () => new Promise(() => {}),
    person: () => new Promise((resolve) => setTimeout(() => resolve('chosen'), 150)),
    take: async ({ bytes }) => bytes.byteLength,
    give: async () => transfer(given, [given.buffer]),
    uncloneable: async () => () => {},
    told: (text) => void told.push(text),
  };
  const onError = (error: DuplexError): void => void errors.push(error);
  const server = createRpc<object, Calls>(channelOf(port2), calls, { timeout, onError });
  const client = createRpc<Calls, object>(
    channelOf(port1),
    {},
    {
      timeout,
      events: ['told'],
      untimed: ['person'],
      onError,
    },
  );
  closing.push(() => {
    client.dispose();
    server.dispose();
    port1.close();
  });
  return { client, told, errors, given };
}

describe('createRpc', () => {
  it('has no methods that promises and templates look for in a value', () => {
    const remote = pair().client.remote as unknown as Record<string, unknown>;
    expect([remote['then'], remote['_$litDirective$'], remote['add']]).toEqual([
      undefined,
      undefined,
      expect.any(Function),
    ]);
  });

  it('answers calls', async () => {
    await expect(pair().client.remote.add(2, 3)).resolves.toBe(5);
  });

  it('carries the code and the sentence of a failure', async () => {
    await expect(pair().client.remote.fail()).rejects.toMatchObject({
      name: 'DuplexError',
      code: 'disk.full',
      message: 'There is no space left.',
    });
  });

  it('answers `internal` if a handler throws, and reports the error on its own side too', async () => {
    const { client, errors } = pair();
    await expect(client.remote.crash()).rejects.toMatchObject({
      code: 'internal',
      message: /not a function/,
    });
    expect(errors).toHaveLength(1);
  });

  it('fails a call that is not answered in time', async () => {
    await expect(pair(20).client.remote.never()).rejects.toMatchObject({ code: 'call.timeout' });
  });

  it('lets a call that waits for a person take its time', async () => {
    await expect(pair(20).client.remote.person()).resolves.toBe('chosen');
  });

  it('rejects pending and later calls after it is disposed', async () => {
    const { client } = pair();
    const pending = client.remote.never();
    client.dispose('The worker crashed: try again.');
    await expect(pending).rejects.toMatchObject({ code: 'call.disposed', message: /crashed/ });
    await expect(client.remote.add(1, 1)).rejects.toMatchObject({ code: 'call.disposed' });
  });

  it('sends events without an answer, and none after it is disposed', async () => {
    const { client, told } = pair();
    client.remote.told('first');
    await client.remote.add(1, 1);
    client.dispose();
    client.remote.told('late');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual(['first']);
  });

  it('moves marked buffers instead of copying them, both ways', async () => {
    const { client, given } = pair();
    const bytes = new ArrayBuffer(8);
    await expect(client.remote.take(transfer({ bytes }, [bytes]))).resolves.toBe(8);
    expect(bytes.byteLength).toBe(0);
    await expect(client.remote.give()).resolves.toEqual(new Uint8Array([1, 2, 3]));
    expect(given.byteLength).toBe(0);
  });

  it('rejects a call at once if its answer cannot be sent', async () => {
    await expect(pair().client.remote.uncloneable()).rejects.toMatchObject({ code: 'internal' });
  });

  it('rejects a call with an argument that cannot be sent', async () => {
    const { client } = pair();
    await expect(client.remote.add(1, (() => {}) as unknown as number)).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
