import { readFileSync } from 'node:fs';

/**
 * When a process started, in a form that only compares: with its number it names one process for as long as the machine
 * runs. Undefined where the system does not tell (it is Linux that does), or there is no such process.
 */
export function processStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // proc(5): the name, second of the fields, stands in parentheses and may hold any character; the start is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
