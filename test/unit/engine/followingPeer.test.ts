import { describe, expect, it } from 'vitest';
import type { Peer, ProtocolModule, Role } from '../../../src/core/protocol/protocolModule.ts';
import { FollowingPeer } from '../../../src/engine/followingPeer.ts';
import { FakeRecording } from '../../support/fakeRecording.ts';
import { call, context, countingPorts, protocol, textOf } from '../protocol/support/conversation.ts';

interface Given {
  readonly id?: string;
  readonly role?: Role;
  readonly from?: number;
  readonly recording?: FakeRecording;
  readonly module?: ProtocolModule;
}

function following({ id = 'json-rpc', role = 'client', from = 0, module, ...given }: Given = {}) {
  const recording = given.recording ?? new FakeRecording();
  const { rows, read } = recording;
  const peer = new FollowingPeer(module ?? protocol(id), {
    ...{ context: context(id), role, ports: countingPorts(), from, rows, read },
  });
  const says = async (verb: string, parts = {}): Promise<string> => {
    const encoded = (await peer.current()).encode(call(verb, parts));
    if ('problem' in encoded) throw new Error(encoded.problem);
    return encoded.messages.map(textOf).join('\n');
  };
  return { peer, recording, says };
}

/** A protocol whose peer notes what it hears. */
function listening(): { module: ProtocolModule; heard: string[]; followed: string[] } {
  const heard: string[] = [];
  const followed: string[] = [];
  const inner = protocol('json-rpc');
  const module: ProtocolModule = {
    ...inner,
    createPeer(...parts): Peer {
      return {
        ...inner.createPeer(...parts),
        receive(message) {
          heard.push(textOf(message));
          return [{ kind: 'text', data: new TextEncoder().encode('an answer that is never sent') }];
        },
        follow: (message) => void followed.push(textOf(message)),
      };
    },
  };
  return { module, heard, followed };
}

const rpc = (id: number, method = 'm'): string => JSON.stringify({ jsonrpc: '2.0', id, method });
const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('a peer that follows', () => {
  it('reads nothing until a verb needs it', async () => {
    const { recording, says } = following();
    recording.sent(rpc(1), rpc(2));
    expect(recording.reads).toEqual([]);
    expect(JSON.parse(await says('call', { arguments: ['n'] }))).toMatchObject({ id: 3 });
    expect(recording.reads).not.toEqual([]);
  });

  it('knows every message of a protocol chosen in the middle of a connection', async () => {
    const { recording, says } = following();
    for (let id = 1; id <= 50; id++)
      recording.sent(rpc(id)).received(`{"jsonrpc":"2.0","id":${id},"result":0}`);
    expect(JSON.parse(await says('call', { arguments: ['n'] }))).toMatchObject({ id: 51 });
  });

  it('reads in order, and each row once', async () => {
    const { module, heard, followed } = listening();
    const { peer, recording } = following({ module });
    recording.sent('a').received('1', '2').sent('b').received('3');
    await peer.current();
    await peer.current();
    recording.sent('c').received('4');
    await peer.current();
    expect(followed).toEqual(['a', 'b', 'c']);
    expect(heard).toEqual(['1', '2', '3', '4']);
    expect(recording.reads.map(({ from }) => from)).toEqual([0, 2, 4, 5]);
  });

  it('begins with the first row of its connection', async () => {
    const { module, followed } = listening();
    const recording = new FakeRecording().sent('of the connection before').sent('now');
    await following({ module, recording, from: 1 }).peer.current();
    expect(followed).toEqual(['now']);
  });

  it('takes the role of a server: received messages are those of clients', async () => {
    const { module, heard, followed } = listening();
    const recording = new FakeRecording().sent('reply').received('call');
    await following({ module, recording, role: 'server' }).peer.current();
    expect([heard, followed]).toEqual([['call'], ['reply']]);
  });

  it('leaves out received messages after very many', async () => {
    const { module, heard, followed } = listening();
    const recording = new FakeRecording();
    recording.pageRows = 1000;
    recording.received(...numbers(25_000)).sent('last');
    await following({ module, recording }).peer.current();
    expect(heard.length).toBe(20_000);
    expect(followed).toEqual(['last']);
    expect(recording.reads.at(-1)).toEqual({ from: 25_000, sentOnly: true });
  });

  it('leaves out received messages after very long ones', async () => {
    const { module, heard, followed } = listening();
    const recording = new FakeRecording();
    recording.pageRows = 1;
    const long = 'x'.repeat(16 * 1024 * 1024);
    recording.received(...new Array<string>(6).fill(long)).sent('last');
    await following({ module, recording }).peer.current();
    expect([heard.length, followed]).toEqual([4, ['last']]);
  });

  it('stops after very many sent messages', async () => {
    const { module, followed } = listening();
    const recording = new FakeRecording();
    recording.pageRows = 50_000;
    for (const number of numbers(260_000)) recording.sent(number);
    const { peer } = following({ module, recording });
    await peer.current();
    await peer.current();
    expect(followed.length).toBe(200_000);
  });

  it('reads once for simultaneous verbs', async () => {
    const { module, followed } = listening();
    const { peer, recording } = following({ module });
    recording.sent('a', 'b', 'c');
    const peers = await Promise.all([peer.current(), peer.current(), peer.current()]);
    expect(new Set(peers).size).toBe(1);
    expect(followed).toEqual(['a', 'b', 'c']);
  });

  it('reports that the recording cannot be read, and continues there the next time', async () => {
    const { module, followed } = listening();
    const { peer, recording } = following({ module });
    recording.sent('a', 'b', 'c');
    recording.failure = new Error('The disk is away.');
    await expect(peer.current()).rejects.toThrow('The disk is away.');
    await peer.current();
    expect(followed).toEqual(['a', 'b', 'c']);
  });

  it('continues with the rows that replace lost ones after a failure of the disk', async () => {
    const { module, followed } = listening();
    const { peer, recording } = following({ module });
    recording.sent('a', 'b', 'lost', 'lost');
    await peer.current();
    recording.messages.splice(2);
    await peer.current();
    recording.sent('c');
    await peer.current();
    expect(followed).toEqual(['a', 'b', 'lost', 'lost', 'c']);
  });

  it('ends with a page that is empty, for example without a recording', async () => {
    const { recording, peer } = following();
    recording.sent('a');
    recording.pageRows = 0;
    await peer.current();
    expect(recording.reads).toHaveLength(1);
  });
});
