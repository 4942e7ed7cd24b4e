import type { CompiledCondition } from '../condition/compileCondition.ts';
import type { Judged } from '../condition/judged.ts';
import type { SchemaCheck } from '../condition/compileCondition.ts';
import type { RunPorts } from './runPorts.ts';

/** Judges conditions, with the schemas that they name and with a limit on patterns that never end. */
export interface Judge {
  /** Reads what the conditions need from files. */
  prepare(conditions: readonly CompiledCondition[]): Promise<void>;
  /** False also where a message holds a value too large to be looked into. */
  holds(condition: CompiledCondition, judged: Judged): boolean;
  actual(condition: CompiledCondition, judged: Judged): string;
  /** @param from bytes of a message from which work on it has to be bounded */
  bounded<T>(from: number, judged: Judged, work: () => T): T;
}

/**
 * @param uri of the request file: schemas are relative to it
 * @param check throws where the run is to end: what is bounded may take long each time
 */
export function createJudge(
  ports: Pick<RunPorts, 'schema' | 'bounded'>,
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
    // Called for each message that is queued: without a function of its own where nothing is bounded.
    holds: (condition, judged) =>
      judged.size < condition.boundFrom
        ? holds(condition, judged)
        : bounded(0, judged, () => holds(condition, judged)),
    actual: (condition, judged) => bounded(condition.boundFrom, judged, () => actual(condition, judged)),
    bounded,
  };
}
