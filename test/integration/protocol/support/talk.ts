import type { Decoded } from '../../../../src/core/protocol/unit.ts';
import { toUnit } from '../../../../src/core/protocol/unit.ts';
import { UnitReader } from '../../../../src/core/protocol/unitReader.ts';
import type { VerbCall } from '../../../../src/core/protocol/verb.ts';
import type { Session } from '../../../../src/engine/session.ts';
import type { ConnectOptions } from '../../../../src/shared/session.ts';
import type { OpenDetail } from '../../../../src/shared/timeline.ts';
import type { Unit, UnitProblem } from '../../../../src/shared/units.ts';
import { testEngine } from '../../../support/engine.ts';

/** A unit with the side that sent it. */
export interface Heard extends Unit {
  readonly from: 'client' | 'server';
}

/** A session that speaks a protocol, with the units of both sides. */
export interface Talk {
  readonly session: Session;
  readonly units: readonly Heard[];
  readonly problems: readonly UnitProblem[];
  /** Encodes a verb and sends it. @returns the key by which to wait for a reply */
  say(verb: string, parts?: Partial<VerbCall>): Promise<string | undefined>;
  /** The first unit from the server, from now or before, that satisfies a condition. It is taken only once. */
  hear(matches: (unit: Heard) => boolean): Promise<Heard>;
  /** The unit as verbs that answer take it. */
  taken(unit: Heard): Decoded['units'][number] | undefined;
}

export async function talk(
  options: { readonly url: string } & Partial<ConnectOptions>,
  opens = true,
): Promise<Talk> {
  const { engine } = await testEngine();
  const units: Heard[] = [];
  const decoded: Decoded['units'][number][] = [];
  const problems: UnitProblem[] = [];
  const used = new Set<Heard>();
  const waiting: (() => void)[] = [];
  const session = engine.create(options, {
    tap: {
      onRow({ kind, direction, payload }) {
        if (kind === 'open')
          reader.opened((JSON.parse(new TextDecoder().decode(payload)) as OpenDetail).protocol);
        if (kind !== 'text' && kind !== 'binary') return;
        const from = direction === 'out' ? 'client' : 'server';
        const read = reader.read({ kind, from, data: payload.slice() });
        for (const unit of read?.units ?? []) {
          units.push({ ...toUnit(unit), from });
          decoded.push(unit);
        }
        problems.push(...(read?.problems ?? []));
        for (const wake of waiting.splice(0)) wake();
      },
    },
  });
  const reader = new UnitReader(session.options);
  session.conduct.opensItself = opens;
  await session.connect();
  if (opens) {
    const opening = await session.conduct.opening();
    if (opening.state === 'refused') throw new Error(opening.reason);
  }
  return {
    session,
    units,
    problems,
    async say(verb, parts = {}) {
      const { peer } = session.conduct;
      if (!peer) throw new Error('no protocol is named');
      const encoded = peer.encode({
        verb,
        arguments: [],
        options: {},
        body: undefined,
        headers: [],
        beside: [],
        taken: undefined,
        ...parts,
      });
      if ('problem' in encoded) throw new Error(encoded.problem);
      for (const message of encoded.messages) await session.send(message);
      return encoded.awaits;
    },
    async hear(matches) {
      for (;;) {
        const found = units.find((unit) => unit.from === 'server' && !used.has(unit) && matches(unit));
        if (found) {
          used.add(found);
          return found;
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    taken: (unit) => decoded[units.indexOf(unit)],
  };
}
