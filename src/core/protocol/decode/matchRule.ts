import type { DecodeRule } from '../../text/decodeRule.ts';
import { matchesFilter } from '../mqtt/topicFilter.ts';

/**
 * Whether a rule applies to a payload.
 * @param topic the topic of the unit; undefined for a message that is not a unit
 */
export function ruleMatches(
  { direction, topic: wanted, prefix }: DecodeRule,
  bytes: Uint8Array,
  from: 'in' | 'out',
  topic: string | undefined,
): boolean {
  if (direction !== undefined && direction !== from) return false;
  if (wanted !== undefined && (topic === undefined || !isTopic(wanted, topic))) return false;
  return (
    prefix === undefined || (prefix.length <= bytes.length && prefix.every((byte, at) => byte === bytes[at]))
  );
}

function isTopic(wanted: string, topic: string): boolean {
  if (wanted === topic || matchesFilter(wanted, topic)) return true;
  const parts = wanted.split('*');
  if (parts.length === 1) return false;
  // Without a regular expression, which many stars would make slow.
  const [first = '', ...rest] = parts;
  const last = rest.pop()!;
  if (!topic.startsWith(first) || !topic.endsWith(last) || topic.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of rest) {
    at = topic.indexOf(part, at);
    if (at === -1) return false;
    at += part.length;
  }
  return at <= topic.length - last.length;
}
