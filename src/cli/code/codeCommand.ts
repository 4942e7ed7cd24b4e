import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { requestProgram } from '../../core/codegen/requestProgram.ts';
import {
  CODE_TARGETS,
  writeProgram,
  type CodeTarget,
  type CodeTargetId,
} from '../../core/codegen/targets.ts';
import { requestName } from '../../core/request/plan/requestName.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { localFiles } from '../../engine/runner/localFiles.ts';
import { DuplexError } from '../../shared/errors.ts';
import { EXIT, type ExitStatus, type CommandParts } from '../exitStatus.ts';
import { repeated, variable } from '../optionValues.ts';
import { printSentence } from '../output/printSentence.ts';
import { writeNewFile } from '../output/writeNewFile.ts';
import { located, problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile, type ReadRequestFile } from '../requestFiles/readRequestFiles.ts';
import { chosenRequests } from '../requestFiles/chosenRequests.ts';

const EXAMPLES = `
Examples:
  $ duplex code chat.ws --target python-websockets
  $ duplex code chat.ws --request login --target node-ws --output login.mjs

Secrets become variables of the environment. What a target cannot do is listed at the top of the program and on standard error.

Exit status: 0 the program is written, 2 the request is not valid, or wrong usage.
`;

interface Options {
  readonly request?: string;
  readonly target: CodeTargetId;
  readonly output?: string;
  readonly force?: true;
  readonly env?: string;
  readonly var?: readonly string[];
  readonly revealSecrets?: true;
}

/** `duplex code <file>` */
export function codeCommand({ finish }: CommandParts): Command {
  return new Command('code')
    .description('write a request as a program in another language')
    .addArgument(new Argument('<file>', 'a request file'))
    .addOption(
      new Option('--target <target>', 'the client to write for')
        .choices(Object.keys(CODE_TARGETS))
        .makeOptionMandatory(),
    )
    .option('--request <name>', 'the request, if the file has several')
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--force', 'overwrite an existing file')
    .option('--env <name>', 'the environment to look variables up in')
    .option('--var <name=value>', 'set a variable; repeatable', repeated)
    .option('--reveal-secrets', 'write secrets that the file holds in plain text')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => finish(await writeCode(file, options)));
}

/** @throws DuplexError if the file or the request is invalid, or the output cannot be written */
async function writeCode(path: string, options: Options): Promise<ExitStatus> {
  const overrides = new Map((options.var ?? []).map(variable));
  const read = await readRequestFile(resolve(path), { environment: options.env, overrides });
  if ('problem' in read) throw new DuplexError('file.invalid', read.problem);
  const placed = chosenRequest(read, options.request);
  const target: CodeTarget = CODE_TARGETS[options.target];
  const described = await requestProgram(
    { name: requestName(placed.request), ...placed },
    {
      environmentContext: read.environmentContext,
      made: { now: Date.now, randomBytes },
      env: (name) => process.env[name],
      readFile: (each) => localFiles.readFile(each, read.path),
      reveal: options.revealSecrets ?? false,
      protocol: target.protocol,
    },
  );
  if ('problems' in described) {
    for (const problem of described.problems)
      process.stderr.write(`${problemLine(located(read.name, { severity: 'error', ...problem }))}\n`);
    return EXIT.usage;
  }
  const { text, left } = writeProgram(target, described.program);
  for (const sentence of left) printSentence(`Left out: ${sentence}`);
  if (options.output === undefined) process.stdout.write(text);
  else await writeNewFile(options.output, text, { force: options.force ?? false, choice: 'name' });
  return EXIT.ok;
}

function chosenRequest(read: ReadRequestFile, name: string | undefined): PlacedRequest {
  const requests = [...(chosenRequests([read], name === undefined ? [] : [name]).get(read) ?? [])];
  const [only] = requests;
  if (only && requests.length === 1) return only;
  throw new DuplexError(
    'call.invalid',
    only
      ? `${read.name} has ${requests.length} requests: choose one with --request.`
      : `${read.name} has no WebSocket request.`,
  );
}
