import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { FaultPlan } from '../../../../../src/core/request/plan/faultPlan.ts';
import { proxyPlan } from '../../../../../src/core/request/plan/proxyPlan.ts';
import {
  applyFaults,
  createRefusalPicker,
  type ConnectionFaults,
  type FaultVerdict,
  type PassingMessage,
} from '../../../../../src/core/request/run/applyFaults.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';

function plansOf(...faults: readonly string[]): readonly FaultPlan[] {
  const lines = faults.map((fault) => `# @fault ${fault}`);
  const file = analyzeRequestFile(['PROXY ws://127.0.0.1:0 -> ws://127.0.0.1:1', ...lines].join('\n'));
  expect(file.diagnostics).toEqual([]);
  const planned = proxyPlan(file.proxies[0]!, createFileScope([], SAMPLE_PORTS));
  if ('problems' in planned) throw new Error(planned.problems[0]!.message);
  return planned.plan.faults;
}

function listed(...faults: readonly string[]): () => readonly FaultPlan[] {
  const plans = plansOf(...faults);
  return () => plans;
}

function faultsOf(faults: readonly string[], connection = 1, random = () => 0.5): ConnectionFaults {
  return applyFaults(plansOf(...faults), {
    connection,
    random,
    holds: (condition, judged) => condition.holds(judged),
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function message(text: string, more: Partial<PassingMessage> = {}): PassingMessage {
  return {
    direction: 'in',
    kind: 'text',
    payload: encoder.encode(text),
    units: [],
    elapsed: 0,
    ...more,
  };
}

/** Which of so many messages are dropped. */
function dropped(faults: ConnectionFaults, count: number): number[] {
  return Array.from({ length: count }, (_, at) => at).filter(
    (at) => faults.onMessage(message(`{"n":${at}}`)).instead?.length === 0,
  );
}

function kinds(plans: readonly FaultPlan[]): string[] {
  return plans.map(({ kind }) => kind);
}

describe('a message', () => {
  test('passes unchanged without a fault of its direction', () => {
    const faults = faultsOf(['drop out', 'delay 1s out']);
    expect(faults.onMessage(message('a'))).toEqual({
      instead: undefined,
      delay: 0,
      fragmentSize: 0,
      heldBy: undefined,
      changedBy: [],
      then: [],
    } satisfies FaultVerdict);
    expect(faults.onMessage(message('a', { direction: 'out' }))).toMatchObject({ instead: [], delay: 0 });
  });

  test('gets the delays of all faults, each with its jitter', () => {
    const values = [0, 0.5, 0.999];
    const faults = faultsOf(['delay 200ms jitter 50ms', 'delay 10ms'], 1, () => values.shift()!);
    const delays = [1, 2, 3].map(() => faults.onMessage(message('a')).delay);
    expect(delays[0]).toBe(160);
    expect(delays[1]).toBe(210);
    expect(delays[2]).toBeCloseTo(259.9);
  });

  test('is never early, for any jitter', () => {
    const faults = faultsOf(['delay 10ms jitter 1s'], 1, () => 0);
    expect(faults.onMessage(message('a')).delay).toBe(0);
  });

  test('is dropped, and no later fault applies to it', () => {
    const { instead, changedBy } = faultsOf(['drop', 'duplicate', 'corrupt']).onMessage(message('a'));
    expect(instead).toEqual([]);
    expect(kinds(changedBy)).toEqual(['drop']);
  });

  test('is duplicated, and each copy is changed separately', () => {
    const draws = [0, 0, 0, 0.5];
    const faults = faultsOf(['duplicate', 'corrupt'], 1, () => draws.shift()!);
    const { instead, changedBy } = faults.onMessage(message('ab'));
    expect(instead!.map((each) => decoder.decode(each))).toEqual(['!b', 'Ob']);
    expect(kinds(changedBy)).toEqual(['duplicate', 'corrupt']);
  });

  test('is cut into fragments without being changed', () => {
    expect(faultsOf(['fragment 10B']).onMessage(message('a'))).toMatchObject({
      instead: undefined,
      fragmentSize: 10,
    });
  });
});

describe('a corrupted message', () => {
  test.each(['a', 'é', '漢字', '😀', '{"a":1}', 'aé漢😀'])(
    'stays UTF-8 and differs for the text %s',
    (text) => {
      for (let seed = 0; seed < 200; seed++) {
        const { instead } = faultsOf([`corrupt seed ${seed}`]).onMessage(message(text));
        const changed = decoder.decode(instead![0]);
        expect(changed).not.toBe(text);
        expect([...changed]).toHaveLength([...text].length);
      }
    },
  );

  test('differs in one byte if it is binary', () => {
    const payload = new Uint8Array([0, 255, 7]);
    for (let seed = 0; seed < 200; seed++) {
      const { instead } = faultsOf([`corrupt seed ${seed}`]).onMessage(
        message('', { kind: 'binary', payload }),
      );
      const differences = instead![0]!.filter((byte, at) => byte !== payload[at]);
      expect(differences).toHaveLength(1);
    }
    expect([...payload]).toEqual([0, 255, 7]);
  });

  test('is left unchanged if it is empty', () => {
    expect(faultsOf(['corrupt']).onMessage(message('')).instead).toBeUndefined();
  });
});

describe('a seed', () => {
  test('chooses the same messages in each run, and others in another connection', () => {
    const fault = 'drop probability 0.3 seed 7';
    const first = dropped(faultsOf([fault]), 200);
    expect(first.length).toBeGreaterThan(30);
    expect(first.length).toBeLessThan(90);
    expect(dropped(faultsOf([fault]), 200)).toEqual(first);
    expect(dropped(faultsOf([fault], 2), 200)).not.toEqual(first);
    expect(dropped(faultsOf(['drop probability 0.3 seed 8']), 200)).not.toEqual(first);
  });

  test('gives the same choices next to any other faults', () => {
    const fault = 'drop probability 0.3 seed 7';
    const alone = dropped(faultsOf([fault]), 100);
    expect(dropped(faultsOf([fault, 'delay 5ms jitter 1ms seed 7']), 100)).toEqual(alone);
  });

  test('chooses with its probability', () => {
    const share = dropped(faultsOf(['drop probability 0.1 seed 1']), 10_000).length / 10_000;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });
});

describe('a fault', () => {
  test('starts after its number of messages in its directions, and stops at its count', () => {
    expect(dropped(faultsOf(['drop after 3 messages count 2']), 8)).toEqual([3, 4]);
    const faults = faultsOf(['drop in after 2 messages']);
    for (let n = 0; n < 5; n++) faults.onMessage(message('a', { direction: 'out' }));
    expect(dropped(faults, 4)).toEqual([2, 3]);
  });

  test('starts after a time', () => {
    const faults = faultsOf(['drop after 5s']);
    expect(faults.onMessage(message('a', { elapsed: 4999 })).instead).toBeUndefined();
    expect(faults.onMessage(message('a', { elapsed: 5000 })).instead).toEqual([]);
  });

  test('applies to messages that satisfy its condition', () => {
    const faults = faultsOf(['drop where $.type == "tick"']);
    expect(faults.onMessage(message('{"type":"tick"}')).instead).toEqual([]);
    expect(faults.onMessage(message('{"type":"tock"}')).instead).toBeUndefined();
    expect(faults.onMessage(message('no JSON')).instead).toBeUndefined();
    const large = faultsOf(['drop where size > 3']);
    expect(large.onMessage(message('abc')).instead).toBeUndefined();
    expect(large.onMessage(message('abcd')).instead).toEqual([]);
  });

  test('counts only messages that satisfy its condition', () => {
    const faults = faultsOf(['drop count 2 where $.n in [1, 4, 6]']);
    expect(dropped(faults, 8)).toEqual([1, 4]);
  });
});

describe('a connection fault', () => {
  test('begins when the connection opens, or after a time', () => {
    const { timed } = faultsOf(['stall', 'half-open after 2s', 'close 1011 after 5 messages']);
    expect(timed.map(({ fault, at }) => [fault.kind, at])).toEqual([
      ['stall', 0],
      ['half-open', 2000],
    ]);
  });

  test('begins once, after its number of messages', () => {
    const faults = faultsOf(['close 1011 after 3 messages']);
    const begun = [1, 2, 3, 4, 5].map(() => faults.onMessage(message('a')).then.length);
    expect(begun).toEqual([0, 0, 1, 0, 0]);
  });

  test('begins once when a message satisfies its condition, and lets that message pass', () => {
    const faults = faultsOf(['half-open where text == "bye"']);
    expect(faults.timed).toEqual([]);
    expect(faults.onMessage(message('hello')).then).toEqual([]);
    const verdict = faults.onMessage(message('bye'));
    expect(kinds(verdict.then)).toEqual(['half-open']);
    expect(verdict.instead).toBeUndefined();
    expect(faults.onMessage(message('bye')).then).toEqual([]);
  });
});

describe('a held message', () => {
  test('has the name of its fault and its original bytes, and a ping is never held', () => {
    const faults = faultsOf(['hold 5s out', 'hold in where $.n == 2']);
    expect(faults.onMessage(message('{"n":1}')).heldBy).toBeUndefined();
    const verdict = faults.onMessage(message('{"n":2}'));
    expect(verdict.heldBy?.written).toBe('hold in where $.n == 2');
    expect(verdict).toMatchObject({ instead: undefined, changedBy: [], delay: 0 });
    const out = faults.onMessage(message('{"n":2}', { direction: 'out' }));
    expect(out.heldBy).toMatchObject({ value: 5000, line: 1 });
    expect(faults.onControl('ping', 'in', 0).swallowedBy).toBeUndefined();
  });

  test('keeps the changes of other faults, and is not held if it is dropped', () => {
    const faults = faultsOf(['duplicate', 'hold count 1', 'drop after 1 message']);
    const first = faults.onMessage(message('a'));
    expect([first.instead?.length, first.heldBy?.kind]).toEqual([2, 'hold']);
    const second = faults.onMessage(message('a'));
    expect([second.instead, second.heldBy]).toEqual([[], undefined]);
  });
});

describe('replacing faults', () => {
  test('keeps the counts and numbers of those that stay, and starts new ones from zero', () => {
    const [drop, corrupt, close] = plansOf('drop count 2', 'corrupt seed 1', 'close 1011');
    const faults = applyFaults([drop!], {
      connection: 1,
      random: () => 0.5,
      holds: (condition, judged) => condition.holds(judged),
    });
    expect(faults.onMessage(message('a')).instead).toEqual([]);
    expect(faults.use([corrupt!, drop!, close!])).toEqual([{ fault: close, at: 0 }]);
    expect(kinds(faults.onMessage(message('a')).changedBy)).toEqual(['corrupt', 'drop']);
    expect(kinds(faults.onMessage(message('a')).changedBy)).toEqual(['corrupt']);
    // It has begun already.
    expect(faults.use([close!])).toEqual([]);
    expect(faults.onMessage(message('a'))).toMatchObject({ instead: undefined, changedBy: [] });
    faults.use([{ ...drop! }]);
    expect(faults.onMessage(message('a')).instead).toEqual([]);
  });

  test('refuses handshakes from then on', () => {
    let plans = plansOf('refuse 503 count 1');
    const refused = createRefusalPicker(
      () => plans,
      () => 0,
    );
    expect([1, 2].map((number) => refused(number)?.value)).toEqual([503, undefined]);
    plans = plansOf('refuse 401');
    expect(refused(3)?.value).toBe(401);
    plans = [];
    expect(refused(4)).toBeUndefined();
  });
});

describe('control frames', () => {
  test('are delayed like messages, without a condition', () => {
    const faults = faultsOf(['delay 200ms', 'delay 1s where $.a exists', 'delay 30ms out']);
    expect(faults.onControl('ping', 'in', 0)).toEqual({ delay: 200, swallowedBy: undefined });
    expect(faults.onControl('pong', 'out', 0).delay).toBe(230);
  });

  test('pass the faults of messages, and no-pong drops only pongs', () => {
    expect(faultsOf(['drop', 'duplicate']).onControl('pong', 'in', 0).swallowedBy).toBeUndefined();
    const faults = faultsOf(['no-pong in count 1']);
    expect(faults.onControl('ping', 'in', 0).swallowedBy).toBeUndefined();
    expect(faults.onControl('pong', 'out', 0).swallowedBy).toBeUndefined();
    expect(faults.onControl('pong', 'in', 0).swallowedBy?.kind).toBe('no-pong');
    expect(faults.onControl('pong', 'in', 0).swallowedBy).toBeUndefined();
  });
});

test('throttles each message by its size once the throttle has started', () => {
  const faults = faultsOf(['throttle 1KiB/s in', 'throttle 2KiB/s after 1s']);
  expect(faults.duration('in', 512, 0)).toBe(500);
  expect(faults.duration('out', 512, 0)).toBe(0);
  expect(faults.duration('out', 512, 1000)).toBe(250);
});

describe('a refused handshake', () => {
  test('occurs up to its count, after its number of connections', () => {
    const refused = createRefusalPicker(
      listed('refuse 503 after 1 connection count 2', 'refuse 401 after 4 connections'),
      () => 0,
    );
    expect([1, 2, 3, 4, 5, 6].map((number) => refused(number)?.value)).toEqual([
      undefined,
      503,
      503,
      undefined,
      401,
      401,
    ]);
  });

  test('occurs with a probability, the same in each run for one seed', () => {
    const all = Array.from({ length: 50 }, (_, at) => at + 1);
    const run = (seed: number): boolean[] => {
      const refused = createRefusalPicker(listed(`refuse 503 probability 0.5 seed ${seed}`), () => 0);
      return all.map((number) => refused(number) !== undefined);
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    expect(run(3)).toContain(false);
    expect(run(3)).toContain(true);
  });
});
