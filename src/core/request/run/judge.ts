import type { CompiledCondition } from '../condition/compileCondition.ts';
import type { Judged } from '../condition/judged.ts';
import type { SchemaCheck } from '../condition/compileCondition.ts';
import type { RunPorts } from './runPorts.ts';

/** Judges conditions, with the schemas that they name and with a limit on patterns that never end. */
export interface Judge {
  /** Reads what the conditions need from files. */
  prepare(conditions: readonly CompiledCondition[]): Promise<void>;
  holds(condition: CompiledCondition, judged: Judged): boolean;
  actual(condition: CompiledCondition, judged: Judged): string;
  /** @param from bytes of a message from which work on it has to be bounded */
  bounded<T>(from: number, judged: Judged, work: () => T): T;
}

/** @param uri of the request file: schemas are relative to it */
export function createJudge(ports: Pick<RunPorts, 'schema' | 'bounded'>, uri: string): Judge {
  const schemas = new Map<string, SchemaCheck>();
  const schemaOf = ({ schema }: CompiledCondition): SchemaCheck | undefined =>
    schema === undefined ? undefined : schemas.get(schema);
  const bounded = <T>(from: number, { size }: Judged, work: () => T): T =>
    size >= from ? ports.bounded(work) : work();
  return {
    async prepare(conditions) {
      for (const { schema } of conditions)
        if (schema !== undefined && !schemas.has(schema))
          schemas.set(schema, await ports.schema(schema, uri));
    },
    // Called for each message that is queued: without a function of its own where nothing is bounded.
    holds: (condition, judged) =>
      judged.size < condition.boundFrom
        ? condition.holds(judged, schemaOf(condition))
        : ports.bounded(() => condition.holds(judged, schemaOf(condition))),
    actual: (condition, judged) =>
      bounded(condition.boundFrom, judged, () => condition.actual(judged, schemaOf(condition))),
    bounded,
  };
}
