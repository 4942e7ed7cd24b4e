import { describe, expect, it, vi } from 'vitest';
import type { CompiledCondition } from '../../../../../src/core/request/condition/compileCondition.ts';
import type { Judged } from '../../../../../src/core/request/condition/judged.ts';
import { createJudge } from '../../../../../src/core/request/run/judge.ts';
import { DuplexError } from '../../../../../src/shared/errors.ts';

const message = (size: number): Judged => ({ size }) as Judged;

function condition(changes: Partial<CompiledCondition> = {}): CompiledCondition {
  return {
    ...{ timeLimitFrom: Infinity, schema: undefined, holds: () => true, actual: () => '1' },
    ...changes,
  } as CompiledCondition;
}

function setUp() {
  const schema = vi.fn(async (path: string) => () => [path]);
  const limited = vi.fn();
  const bounded = <T>(work: () => T): T => {
    limited();
    return work();
  };
  const check = vi.fn();
  return { schema, limited, check, judge: createJudge({ schema, bounded }, '/tests/a.ws', check) };
}

describe('the schemas of conditions', () => {
  it('are read once each, relative to the request file', async () => {
    const { judge, schema } = setUp();
    await judge.prepare([condition({ schema: 'a.json' }), condition({ schema: 'b.json' }), condition()]);
    await judge.prepare([condition({ schema: 'a.json' })]);
    expect(schema.mock.calls).toEqual([
      ['a.json', '/tests/a.ws'],
      ['b.json', '/tests/a.ws'],
    ]);
  });

  it('reach the condition that names them, and no other', async () => {
    const { judge } = setUp();
    const given: unknown[] = [];
    const holds: CompiledCondition['holds'] = (_, schema) => {
      given.push(schema?.(undefined));
      return true;
    };
    const both = [condition({ schema: 'a.json', holds }), condition({ holds })];
    await judge.prepare(both);
    for (const each of both) judge.holds(each, message(1));
    expect(given).toEqual([['a.json'], undefined]);
  });

  it('stop the run if one cannot be read', async () => {
    const { judge, schema } = setUp();
    schema.mockRejectedValue(new DuplexError('file.invalid', 'no schema'));
    await expect(judge.prepare([condition({ schema: 'a.json' })])).rejects.toThrow('no schema');
  });
});

describe('judging', () => {
  it('is limited in time only for messages that are large enough', () => {
    const { judge, limited, check } = setUp();
    const slow = condition({ timeLimitFrom: 100 });
    judge.holds(slow, message(99));
    judge.actual(slow, message(99));
    expect(limited).not.toHaveBeenCalled();
    judge.holds(slow, message(100));
    judge.actual(slow, message(100));
    expect(limited).toHaveBeenCalledTimes(2);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('does not start long work after the run is cancelled', () => {
    const { judge, check } = setUp();
    check.mockImplementation(() => {
      throw new DuplexError('call.cancelled', 'over');
    });
    const holds = vi.fn(() => true);
    expect(() => judge.holds(condition({ timeLimitFrom: 0, holds }), message(1))).toThrow('over');
    expect(holds).not.toHaveBeenCalled();
  });

  it('does not match a value that is too large to examine', () => {
    const { judge } = setUp();
    const fail = (): never => {
      throw new RangeError('Maximum call stack size exceeded');
    };
    expect(judge.holds(condition({ holds: fail }), message(1))).toBe(false);
    expect(judge.actual(condition({ actual: fail }), message(1))).toBe(
      'a value that is too long or too deep to compare',
    );
  });

  it.each(['holds', 'actual'] as const)('passes on every other error of %s', (name) => {
    const { judge } = setUp();
    const fail = (): never => {
      throw new DuplexError('file.invalid', 'the pattern takes too long');
    };
    expect(() => judge[name](condition({ [name]: fail }), message(1))).toThrow('the pattern takes too long');
  });

  it('returns what the work returns', () => {
    const { judge } = setUp();
    expect(judge.holds(condition({ holds: () => false }), message(1))).toBe(false);
    expect(judge.actual(condition({ actual: () => '"a"' }), message(1))).toBe('"a"');
    expect(judge.bounded(0, message(1), () => 42)).toBe(42);
  });
});
