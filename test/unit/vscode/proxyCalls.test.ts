import { describe, expect, test } from 'vitest';
import type { FaultPlan } from '../../../src/core/request/plan/faultPlan.ts';
import { HeldMessages } from '../../../src/engine/proxy/heldMessages.ts';
import { LiveFaults } from '../../../src/engine/proxy/liveFaults.ts';
import type { PanelProxyCalls } from '../../../src/shared/panelProtocol.ts';
import { panelProxy, proxyCalls } from '../../../src/vscode/panel/proxyCalls.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The calls of a panel whose proxy holds the messages of these rows, and what becomes of them. */
async function setUp(...rows: readonly number[]) {
  const done: string[] = [];
  const notes: string[] = [];
  const ports = { schema: () => Promise.reject(new Error('none')), bounded: <T>(work: () => T): T => work() };
  const faults = await LiveFaults.create({ faults: [], ports, uri: '' }, undefined);
  const held = new HeldMessages({
    note: ({ text, row }) => notes.push(`${text}${row === undefined ? '' : ` [${row}]`}`),
    // As after a gap of the recording: rows are shown with numbers that are 10 higher.
    rowOf: (seq) => seq - 10,
    onChange: () => {},
  });
  const fault = { kind: 'hold', written: 'hold', line: undefined } as unknown as FaultPlan;
  for (const row of rows) {
    const message = { seq: row + 10, direction: 'in', kind: 'text', data: bytes(`m${row}`), fault } as const;
    held.add(
      message,
      { release: () => done.push(`release ${row}`), drop: () => done.push(`drop ${row}`) },
      {
        asItCame: () => {},
        canPass: () => row !== 9,
        edited({ kind, data }) {
          done.push(`edit ${row} ${kind} ${new TextDecoder().decode(data)}`);
          return () => {};
        },
        onReplaced: () => {},
      },
    );
  }
  const proxied = { faults, held };
  const calls: PanelProxyCalls = proxyCalls({
    proxied: () => proxied,
    messageOf: async ({ text, asIs }) => ({ kind: 'text', data: bytes(`${text}${asIs ? '' : ' filled'}`) }),
  });
  return { calls, done, notes, proxied };
}

describe('a call of the page to the proxy', () => {
  test('names held messages by the rows of the recording', async () => {
    const { calls, done, notes, proxied } = await setUp(3, 4, 5, 6);
    expect(panelProxy(proxied)?.held).toEqual([3, 4, 5, 6]);
    await calls.releaseHeld([4, 3]);
    await calls.dropHeld([6]);
    await calls.editHeld(5, { mode: 'text', text: '{{braces}} stay' });
    expect(done).toEqual(['release 4', 'release 3', 'drop 6', 'edit 5 text {{braces}} stay', 'release 5']);
    expect(notes).toEqual([
      '2 held messages were released: 4, 3.',
      expect.stringMatching(/^Message 6 was dropped after \d+\.\d s: hold\.$/),
      expect.stringMatching(/^Message 5 was edited and released after \d+\.\d s: hold\. \[5\]$/),
    ]);
    expect(panelProxy(proxied)?.held).toEqual([]);
  });

  test('changes nothing if one of the rows is not held', async () => {
    const { calls, done } = await setUp(3);
    await expect(calls.releaseHeld([3, 4])).rejects.toThrow('Message 4 is not held any more');
    await expect(calls.dropHeld([13])).rejects.toThrow('not held');
    await expect(calls.editHeld(4, { mode: 'text', text: '' })).rejects.toThrow('not held');
    expect(done).toEqual([]);
  });

  test('says that a side is closing, and drops what is for it', async () => {
    const { calls, done, proxied } = await setUp(9);
    await expect(calls.releaseHeld([9])).rejects.toThrow('The client is closing the connection');
    proxied.held.expire(19);
    expect(panelProxy(proxied)?.held).toEqual([9]);
    await calls.dropHeld([9]);
    expect(done).toEqual(['drop 9']);
  });

  test('switches faults, and shows which of them hold messages', async () => {
    const { calls, proxied } = await setUp();
    await calls.addFault('hold in where $.a == 1');
    await calls.addFault('drop');
    await calls.switchFault(1, false);
    expect(panelProxy(proxied)?.faults).toEqual([
      { id: 0, written: 'hold in where $.a == 1', isOn: true, fired: 0, isOfFile: false, holds: ['in'] },
      { id: 1, written: 'drop', isOn: false, fired: 0, isOfFile: false, holds: [] },
    ]);
    await calls.removeFault(0);
    expect(panelProxy(proxied)?.faults.map(({ id }) => id)).toEqual([1]);
  });

  test('is refused if no page makes it', async () => {
    const { calls } = await setUp(3);
    const wrong = calls as unknown as Record<string, (...args: unknown[]) => Promise<void>>;
    const asked: [string, ...unknown[]][] = [
      ['releaseHeld', 3],
      ['releaseHeld', ['3']],
      ['releaseHeld', Array.from({ length: 5000 }, () => 3)],
      ['dropHeld', [-1]],
      ['editHeld', 3, { mode: 'none', text: '' }],
      ['editHeld', '3', { mode: 'text', text: '' }],
      ['addFault', { text: 'drop' }],
      ['addFault', 'x'.repeat(1_000_000)],
      ['switchFault', '0', true],
      ['removeFault', {}],
    ];
    for (const [name, ...args] of asked)
      await expect(wrong[name]!(...args)).rejects.toMatchObject({ code: 'call.invalid' });
  });

  test('is refused without a proxy', async () => {
    const calls = proxyCalls({
      proxied: () => undefined,
      messageOf: () => Promise.reject(new Error('none')),
    });
    await expect(calls.releaseHeld([1])).rejects.toThrow('does not pass through a proxy');
    await expect(calls.addFault('drop')).rejects.toThrow('does not pass through a proxy');
    expect(panelProxy(undefined)).toBeUndefined();
  });
});
