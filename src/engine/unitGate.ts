import { lastAtMost } from '../core/search/hitList.ts';
import type { GateRows } from '../shared/queryProtocol.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import type { UnitIndexState, UnitQuery } from '../shared/unitIndexProtocol.ts';

/**
 * The units that narrow a search. If `only` is set, only rows with its units can match; rows with units of
 * `without` cannot match.
 */
export interface UnitGate {
  readonly units: {
    readonly state: UnitIndexState;
    onDidChange(listener: () => void): () => void;
    rowsWith(query: UnitQuery, from: number, count: number): Promise<Float64Array>;
  };
  readonly only?: UnitQuery;
  readonly without?: UnitQuery;
}

/** Row numbers per pull: 2 MB. */
const PULL = 262_144;

/**
 * Passes the rows of a gate to a search as far as the index is complete, and follows the index as it grows.
 * @param from the first row of the search
 * @param pass resolves when the search has the rows
 * @param fail called if the index fails
 * @returns a function that stops it
 */
export function feedGate(
  gate: UnitGate,
  from: number,
  pass: (rows: GateRows) => Promise<void>,
  fail: (error: BoundaryError) => void,
): () => void {
  const { units } = gate;
  let next = from;
  let isBusy = false;
  /** Whether the index changed during the work. */
  let isDue = false;
  let isStopped = false;

  const work = async (): Promise<void> => {
    // The operation of a row is known once the row is indexed; earlier rows may belong to it.
    const least = gate.only?.operation ?? 0;
    for (let { rows } = units.state; !isStopped && rows > Math.max(next, least); { rows } = units.state) {
      const part = await pullPart(gate, next, rows);
      // If the index was lost meanwhile, it is built again, and this part is pulled again.
      if (isStopped || units.state.rows < rows) return;
      next = part.until;
      await pass(part);
    }
  };
  const go = (): void => {
    const { error } = units.state;
    isDue = isBusy;
    if (isStopped || isBusy) return;
    if (error) return fail(error);
    isBusy = true;
    const settle = (): void => {
      isBusy = false;
      if (isDue) go();
    };
    // A call fails if a worker is lost. The search or the index then starts again automatically.
    work().then(settle, settle);
  };

  const unsubscribe = units.onDidChange(go);
  go();
  return () => {
    isStopped = true;
    unsubscribe();
  };
}

/** The next part of both lists, from row `from` on. @param rows the number of indexed rows */
async function pullPart({ units, only, without }: UnitGate, from: number, rows: number): Promise<GateRows> {
  const pull = async (query: UnitQuery | undefined) => query && units.rowsWith(query, from, PULL);
  const [listed, excluded] = await Promise.all([pull(only), pull(without)]);
  const until = Math.min(reach(listed, rows), reach(excluded, rows));
  const [ours, theirs] = [listed && before(listed, until), excluded && before(excluded, until)];
  const buffers = [ours, theirs].flatMap((numbers) => (numbers ? [numbers.buffer] : []));
  return transfer({ ...(ours && { only: ours }), ...(theirs && { without: theirs }), until }, buffers);
}

/** The row up to which a list is complete. */
function reach(numbers: Float64Array | undefined, rows: number): number {
  if (numbers === undefined) return Infinity;
  const last = (numbers.at(-1) ?? -1) + 1;
  return numbers.length === PULL ? last : Math.max(rows, last);
}

function before(numbers: Float64Array, until: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(
    numbers.subarray(0, lastAtMost(numbers.length, (at) => numbers[at]!, until - 1) + 1),
  );
}
