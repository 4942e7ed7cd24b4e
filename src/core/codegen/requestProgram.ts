import type { Problem } from '../request/syntax/diagnostic.ts';
import type { Request, RequestFile } from '../request/syntax/tree.ts';
import type { OutsidePorts } from '../request/variables/outsideValues.ts';
import { runScope, type RunScopeSources } from '../request/variables/runScope.ts';
import { settledProtocol, statedProtocol } from '../request/plan/stepVerb.ts';
import { describeProgram } from './describeProgram.ts';
import { createPlaceholders } from './placeholders.ts';
import type { Program } from './program.ts';

export interface RequestProgramSources extends Pick<RunScopeSources, 'environmentContext' | 'made'> {
  readonly env: OutsidePorts['env'];
  /** Reads a file that the request names. @throws DuplexError if it cannot be read */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Write secrets that the request file holds in plain text as they are. */
  readonly reveal: boolean;
  /** The protocol that the program speaks; undefined for WebSocket alone. */
  readonly protocol?: string | undefined;
}

/**
 * The environment variable of a secret on the command line and in programs: `{{$secret apiToken}}` is
 * DUPLEX_SECRET_APITOKEN.
 */
export function secretVariable(name: string): string {
  return `DUPLEX_SECRET_${name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')}`;
}

/**
 * Describes a request with its variables filled in as a program. Secrets and prompts are not asked for, and no command is
 * run: the program reads the values from its environment.
 * @param name of the request, without credentials
 * @returns the program, or the problems of the request, each at its place
 */
export async function requestProgram(
  { name, file, request }: { readonly name: string; readonly file: RequestFile; readonly request: Request },
  { environmentContext, made, env, readFile, reveal, protocol }: RequestProgramSources,
): Promise<{ readonly program: Program } | { readonly problems: readonly Problem[] }> {
  const seed = Array.from(made.randomBytes(6), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const placeholders = createPlaceholders(`dx${seed}`);
  const outside: OutsidePorts = {
    env,
    secret: (secret) => Promise.resolve(placeholders.environment(secretVariable(secret), secret)),
    prompt: (question) => Promise.resolve(placeholders.environment(promptVariable(question), question)),
    command: (line) => Promise.resolve({ text: placeholders.environment(promptVariable(line), line) }),
    remedies: { secret: () => 'set it.', prompt: 'set it.' },
  };
  const readText = (path: string): Promise<string | undefined> =>
    readFile(path).then(
      (data) => new TextDecoder().decode(data),
      // The step that uses the file reports why it cannot be read.
      () => undefined,
    );
  const found = await runScope({ file, request }, { environmentContext, outside, made, readText });
  if ('problems' in found) return found;
  const { scope } = found;
  if (protocol !== undefined && settledProtocol(statedProtocol(request, scope))?.protocol.id !== protocol) {
    const message = `This program speaks ${protocol}, and the request does not: write # @protocol ${protocol} above its target.`;
    return { problems: [{ code: 'directive.argument', message, range: request.target.range }] };
  }
  const calls = protocol === undefined ? undefined : { count: 0 };
  return describeProgram(name, request, { scope, placeholders, readFile, reveal, calls });
}

function promptVariable(question: string): string {
  const name = question
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return name === '' ? 'PROMPT' : `PROMPT_${name}`;
}
