import { describe, expect, test } from 'vitest';
import { createInbox, type Inbox } from '../../../../../src/core/request/run/inbox.ts';

const add = (inbox: Inbox, seq: number, payload = new Uint8Array(1)): void =>
  inbox.add({ seq, kind: 'text', latency: 0 }, payload);

const seqs = (inbox: Inbox): number[] => {
  const found: number[] = [];
  for (let next = inbox.first; next; next = next.next) found.push(next.seq);
  return found;
};

describe('the queue', () => {
  test('keeps the order after any message is taken', () => {
    const inbox = createInbox(() => undefined);
    for (let seq = 0; seq < 5; seq++) add(inbox, seq);
    inbox.remove(inbox.first!.next!.next!);
    expect(seqs(inbox)).toEqual([0, 1, 3, 4]);
    inbox.remove(inbox.first!);
    inbox.remove(inbox.last!);
    expect(seqs(inbox)).toEqual([1, 3]);
    expect([inbox.first!.seq, inbox.last!.seq, inbox.count]).toEqual([1, 3, 2]);
    inbox.remove(inbox.first!);
    inbox.remove(inbox.first!);
    expect([inbox.first, inbox.last, inbox.count]).toEqual([undefined, undefined, 0]);
  });

  test('copies its messages, because the socket reuses its buffer', () => {
    const inbox = createInbox(() => undefined);
    const buffer = Uint8Array.of(1, 2);
    add(inbox, 0, buffer);
    buffer.fill(9);
    expect(inbox.first!.payload).toEqual(Uint8Array.of(1, 2));
  });

  test('keeps 32 MiB of payloads in memory, and knows the size of the rest', () => {
    const inbox = createInbox(() => undefined);
    const large = new Uint8Array(20 * 1024 * 1024);
    add(inbox, 0, large);
    add(inbox, 1, large);
    expect(inbox.last).toMatchObject({ seq: 1, payload: undefined, size: large.length });
    inbox.remove(inbox.first!);
    add(inbox, 2, large);
    expect(inbox.last!.payload).toBeDefined();
  });

  test('pauses the server when the queue is full, and resumes it at half of the limit', () => {
    const full: boolean[] = [];
    const inbox = createInbox((isFull) => full.push(isFull), 1000);
    for (let seq = 0; seq < 1000; seq++) add(inbox, seq);
    expect([full, inbox.isFull]).toEqual([[true], true]);
    while (inbox.count >= 500) inbox.remove(inbox.first!);
    expect(full).toEqual([true, false]);
  });

  test('reports the next message once', () => {
    const inbox = createInbox(() => undefined);
    let told = 0;
    inbox.onArrival(() => told++);
    add(inbox, 0);
    add(inbox, 1);
    expect(told).toBe(1);
  });

  test('is emptied when no step needs it any more', () => {
    const inbox = createInbox(() => undefined);
    add(inbox, 0);
    inbox.stop();
    add(inbox, 1);
    expect([inbox.first, inbox.count]).toEqual([undefined, 0]);
  });
});
