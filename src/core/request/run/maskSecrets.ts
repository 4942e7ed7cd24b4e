import { MASK } from '../../session/redact.ts';

/** A copy of what is reported in which no secret stands, whatever text it is part of. */
export function maskSecrets<T>(reported: T, secrets: ReadonlySet<string>): T {
  if (secrets.size === 0) return reported;
  // The longest first: one secret may be a part of another.
  const ordered = [...secrets].sort((a, b) => b.length - a.length);
  return masked(reported, ordered) as T;
}

function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string')
    return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), value);
  if (Array.isArray(value)) return value.map((each) => masked(each, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, secrets)]));
}
