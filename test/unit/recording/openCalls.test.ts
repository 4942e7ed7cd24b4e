import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../../src/recording/units/conversation.ts';
import { NameTable } from '../../../src/recording/units/nameTable.ts';
import { OPENED, typeNumber, UNIT_FLAG } from '../../../src/recording/units/unitLayout.ts';
import type { CallQuery } from '../../../src/shared/unitIndexProtocol.ts';

const none = { flags: 0, name: 0, stream: 0, hash: 0, call: 0, latency: 0 };

/** A conversation whose calls are numbered; a call and its reply have a row each. */
class Calls {
  readonly #table = new NameTable();
  readonly conversation = new Conversation(this.#table, (row) => row);
  readonly #records: number[] = [];
  #rows = 0;

  /** @returns the number of the call */
  call(name: string): number {
    const number = this.#records.length;
    const unit = { type: typeNumber('call'), name: this.#table.number(name), hash: number + 1 };
    this.#records.push(this.#rows);
    this.#add({ ...unit, flags: UNIT_FLAG.calls | UNIT_FLAG.sent });
    return number;
  }

  reply(number: number): void {
    const unit = {
      type: typeNumber('reply'),
      hash: number + 1,
      call: this.#records[number]! + 1,
      latency: 5,
    };
    this.#add({ ...unit, flags: UNIT_FLAG.replies });
  }

  reconnect(): void {
    this.#add({ type: OPENED });
  }

  /** The rows of calls. */
  rows(query: CallQuery, from: number, count: number): { total: number; rows: number[] } {
    const { total, pairs } = this.conversation.pairs(query, from, count);
    return { total, rows: pairs.map(({ row }) => row) };
  }

  rowOf(number: number): number {
    return this.#records[number]!;
  }

  #add(unit: { readonly type: number } & Partial<typeof none>): void {
    const row = this.#rows++;
    this.conversation.add(row, { ...none, ...unit, row }, row);
  }
}

describe('the calls without a reply', () => {
  it('are found far behind those that have one, in pages', () => {
    const calls = new Calls();
    for (let i = 0; i < 10_000; i++) {
      const number = calls.call(i % 2 === 0 ? 'even' : 'odd');
      if (![3, 5000, 9998, 9999].includes(i)) calls.reply(number);
    }
    const rowsOf = (...numbers: number[]): number[] => numbers.map((number) => calls.rowOf(number));
    expect(calls.rows({ unanswered: true }, 0, 2)).toEqual({ total: 4, rows: rowsOf(3, 5000) });
    expect(calls.rows({ unanswered: true }, 2, 9)).toEqual({ total: 4, rows: rowsOf(9998, 9999) });
    expect(calls.rows({ unanswered: true, name: 'even' }, 1, 9)).toEqual({ total: 2, rows: rowsOf(9998) });
    expect(calls.rows({ unanswered: true, name: 'other' }, 0, 9)).toEqual({ total: 0, rows: [] });
    expect(calls.rows({ unanswered: true }, 4, 9)).toEqual({ total: 4, rows: [] });
  });

  it('stay without one after their connection ended', () => {
    const calls = new Calls();
    const lost = calls.call('a');
    calls.reconnect();
    calls.reply(lost);
    expect(calls.rows({ unanswered: true }, 0, 9)).toEqual({ total: 1, rows: [calls.rowOf(lost)] });
  });

  it('are those that a list of all calls has without one, in any order of replies', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      reply: fc.option(fc.nat(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(70), fc.nat(70), (steps, from, count) => {
        const calls = new Calls();
        const names: string[] = [];
        const open = new Set<number>();
        for (const { name, reply } of steps) {
          names.push(name);
          open.add(calls.call(name));
          const answered = reply === undefined ? undefined : [...open][reply % open.size];
          if (answered === undefined) continue;
          calls.reply(answered);
          open.delete(answered);
        }
        for (const name of [undefined, 'a', 'b', 'c']) {
          const numbers = names.flatMap((each, number) =>
            name === undefined || each === name ? [number] : [],
          );
          for (const unanswered of [false, true]) {
            const wanted = numbers.filter((number) => !unanswered || open.has(number));
            const query = { unanswered, ...(name !== undefined && { name }) };
            expect(calls.rows(query, from, count)).toEqual({
              total: wanted.length,
              rows: wanted.slice(from, from + count).map((number) => calls.rowOf(number)),
            });
          }
        }
      }),
    );
  });
});
