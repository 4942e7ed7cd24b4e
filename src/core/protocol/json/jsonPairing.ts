import { DuplexError } from '../../../shared/errors.ts';
import type { JsonPairs } from '../../../shared/unitIndexProtocol.ts';
import { isProblem, readJson } from './jsonText.ts';
import type { JsonStep } from './jsonRanges.ts';
import { singularPath, valueAt } from './singularPath.ts';

/** The ids of a message for pairing, as JSON text. */
export interface JsonPairKeys {
  /** The id that the reply to this message will have. */
  readonly call: string | undefined;
  /** The id of the call that this message answers. */
  readonly reply: string | undefined;
}

const NO_KEYS: JsonPairKeys = { call: undefined, reply: undefined };

/** @throws DuplexError `call.invalid` for a path that may select several values, or is not a path */
export function createJsonPairing({ call, reply }: JsonPairs): (data: Uint8Array) => JsonPairKeys {
  const callSteps = stepsOf(call);
  const replySteps = stepsOf(reply);
  return (data) => {
    const json = readJson(data);
    if (isProblem(json)) return NO_KEYS;
    return { call: keyAt(json.value, callSteps), reply: keyAt(json.value, replySteps) };
  };
}

function stepsOf(path: string): readonly JsonStep[] {
  const steps = singularPath(path.trim());
  if (steps) return steps;
  throw new DuplexError('call.invalid', `“${path}” is not a path to one value, as in $.params.id.`);
}

function keyAt(root: unknown, steps: readonly JsonStep[]): string | undefined {
  const value = valueAt(root, steps);
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : undefined;
}
