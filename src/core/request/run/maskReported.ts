import { maskSecrets } from '../../session/secrets/secretValues.ts';

/** A copy of what is reported in which no secret stands, whatever text it is part of, and however it is written there. */
export function maskReported<T>(reported: T, secrets: ReadonlySet<string>): T {
  // Values are shown as JSON, of messages that may be JSON themselves.
  const wanted = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return wanted.length === 0 ? reported : (masked(reported, wanted) as T);
}

function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return maskSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((each) => masked(each, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, secrets)]));
}
