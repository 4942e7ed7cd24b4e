import { parseArgs, parseEnv } from 'node:util';
import type {
  ClientOptions,
  GivenArguments,
  ParseArguments,
} from '../core/convert/commandLine/clientOptions.ts';
import type { ImportPorts } from '../core/convert/importer.ts';

/**
 * Parses the arguments of other clients with Node's own parser. Unknown options are returned instead of being refused.
 */
export const parseArguments: ParseArguments = (args, options: ClientOptions): GivenArguments => {
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  const positionals: string[] = [];
  const unknown: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (Object.hasOwn(options, token.name)) (values[token.name] ??= []).push(token.value ?? '');
    else unknown.push(token.rawName);
  }
  return { values, positionals, unknown };
};

/** The parsers of Node that importers use. */
export const importPorts: ImportPorts = { parseArguments, parseDotenv: parseEnv };
