import { KiB, MiB } from '../../shared/limits.ts';
import { excerpt } from './excerpt.ts';

/** A value, or one sentence that says what is wrong with the text and what to write instead. */
export type Measured = { readonly value: number } | { readonly problem: string };

const MILLISECONDS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const BYTES = new Map([
  ['b', 1],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['kib', KiB],
  ['mib', MiB],
  ['gib', 1024 * MiB],
]);

/**
 * A duration with its unit, `500ms`, `2s`, `1.5m`, `1h`, in whole milliseconds. Request files and the command line read
 * it the same way. The unit is required because JetBrains reads a bare number as seconds, httpYac as milliseconds.
 */
export function parseDuration(text: string): Measured {
  const parts = numberAndUnit(text);
  if (parts === undefined)
    return { problem: `${excerpt(text)} is not a duration: write it as in 500ms, 2s or 1m.` };
  if (parts.unit === '')
    return {
      problem: `The duration ${parts.number} has no unit: write ${parts.number}s or ${parts.number}ms.`,
    };
  const factor = MILLISECONDS.get(parts.unit);
  if (factor === undefined)
    return { problem: `${excerpt(parts.unit)} is not a unit of time: use ms, s, m or h.` };
  return whole(text, Number(parts.number) * factor, 'milliseconds');
}

/**
 * A size with its unit, `64MiB`, `10 KB`, `125B`, in whole bytes; a bare `0` for options where it means “no limit”.
 * KiB, MiB and GiB are multiples of 1024; KB, MB and GB of 1000.
 */
export function parseSize(text: string): Measured {
  const parts = numberAndUnit(text);
  if (parts === undefined)
    return { problem: `${excerpt(text)} is not a size: write it as in 125B, 64KiB or 10MB.` };
  if (parts.unit === '') {
    if (Number(parts.number) === 0) return { value: 0 };
    return {
      problem: `The size ${parts.number} has no unit: write ${parts.number}B, ${parts.number}KiB or ${parts.number}MiB.`,
    };
  }
  const factor = BYTES.get(parts.unit);
  if (factor === undefined)
    return { problem: `${excerpt(parts.unit)} is not a unit of size: use B, KiB, MiB, GiB, KB, MB or GB.` };
  return whole(text, Number(parts.number) * factor, 'bytes');
}

function numberAndUnit(text: string): { number: string; unit: string } | undefined {
  const match = /^(\d+(?:\.\d+)?)[ \t]*([a-z]*)$/i.exec(text.trim());
  if (match === null || match[1]!.length > 20) return undefined;
  return { number: match[1]!, unit: match[2]!.toLowerCase() };
}

function whole(text: string, value: number, unit: string): Measured {
  // 1.1 * 1000 is not a whole number in binary, so a value very close to a whole number counts as whole.
  const rounded = Math.round(value);
  if (!Number.isSafeInteger(rounded)) return { problem: `${excerpt(text)} is too large: use a smaller one.` };
  if (Math.abs(value - rounded) > 1e-6)
    return { problem: `${excerpt(text)} is not a whole number of ${unit}: round it.` };
  return { value: rounded };
}
