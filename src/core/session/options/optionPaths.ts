import type { ConnectOptions } from '../../../shared/session.ts';
import { OPTION_ENTRIES } from './optionTable.ts';

/** Whether a certificate is given by its text, not by the path of its file. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/**
 * The options with their paths led to where they are meant from: the folder of a request file, the working directory.
 * @param resolve is called for each path that is given
 */
export function resolvePaths<Options extends Partial<ConnectOptions>>(
  options: Options,
  resolve: (path: string) => string,
): Options {
  const resolved: Record<string, unknown> = { ...options };
  const lead = (path: string): string => (path === '' || isPem(path) ? path : resolve(path));
  for (const [key, { kind }] of OPTION_ENTRIES) {
    const value = options[key];
    if (value === undefined) continue;
    if (kind === 'path') resolved[key] = lead(value as string);
    if (kind === 'paths') resolved[key] = (value as readonly string[]).map(lead);
  }
  return resolved as Options;
}
