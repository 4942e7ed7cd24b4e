import type { CompiledCondition } from '../condition/compileCondition.ts';
import type { Judged } from '../condition/judged.ts';
import type { SchemaCheck } from '../condition/compileCondition.ts';
import type { StepPorts } from './runPorts.ts';

/** Judges conditions with their schemas, and limits patterns that never end. */
export interface Judge {
  /** Reads the files that the conditions need. */
  prepare(conditions: readonly CompiledCondition[]): Promise<void>;
  /** Also false if a message holds a value that is too large to examine. */
  holds(condition: CompiledCondition, judged: Judged): boolean;
  actual(condition: CompiledCondition, judged: Judged): string;
  /** @param from message size in bytes from which work is limited in time */
  bounded<T>(from: number, judged: Judged, work: () => T): T;
}

/**
 * @param uri of the request file; schemas are relative to it
 * @param check throws if the run is to end; it is called between pieces of work that may take long
 */
export function createJudge(
  ports: Pick<StepPorts, 'schema' | 'bounded'>,
  uri: string,
  check: () => void,
): Judge {
  const schemas = new Map<string, SchemaCheck>();
  const schemaOf = ({ schema }: CompiledCondition): SchemaCheck | undefined =>
    schema === undefined ? undefined : schemas.get(schema);
  const holds = (condition: CompiledCondition, judged: Judged): boolean => {
    try {
      return condition.holds(judged, schemaOf(condition));
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  const actual = (condition: CompiledCondition, judged: Judged): string => {
    try {
      return condition.actual(judged, schemaOf(condition));
    } catch (error) {
      if (error instanceof RangeError) return 'a value that is too long or too deep to compare';
      throw error;
    }
  };
  const bounded = <T>(from: number, { size }: Judged, work: () => T): T => {
    if (size < from) return work();
    check();
    return ports.bounded(work);
  };
  return {
    async prepare(conditions) {
      for (const { schema } of conditions)
        if (schema !== undefined && !schemas.has(schema))
          schemas.set(schema, await ports.schema(schema, uri));
    },
    // Called for every queued message, so it creates no closure unless a limit is needed.
    holds: (condition, judged) =>
      judged.size < condition.timeLimitFrom
        ? holds(condition, judged)
        : bounded(0, judged, () => holds(condition, judged)),
    actual: (condition, judged) => bounded(condition.timeLimitFrom, judged, () => actual(condition, judged)),
    bounded,
  };
}
