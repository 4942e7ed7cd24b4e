import type { Command } from 'commander';
import { dirname, resolve } from 'node:path';
import { excerpt } from '../../core/text/excerpt.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ProxyRules } from '../../engine/proxy/liveFaults.ts';
import { proxyOfBlock } from '../../engine/proxy/proxyBlock.ts';
import { DuplexError } from '../../shared/errors.ts';
import { repeated, variable } from '../optionValues.ts';
import { blockSources } from '../requestFiles/blockSources.ts';
import { createTerminalOutside } from '../requestFiles/terminalOutside.ts';
import { problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile, type ReadRequestFile } from '../requestFiles/readRequestFiles.ts';

export interface RuleOptions {
  readonly rules?: string;
  readonly request?: string;
  readonly env?: string;
  readonly var?: readonly string[];
  readonly allowCommands?: true;
}

export function addRuleOptions(command: Command): void {
  command
    .option('--rules <file>', 'a request file with a PROXY block: its faults happen to the messages')
    .option('--request <name>', 'of the rules: the PROXY block of this name')
    .option('--env <name>', 'of the rules: the environment; it takes precedence over @env in the file')
    .option('--var <name=value>', 'of the rules: give a variable a value; repeatable', repeated)
    .option('--allow-commands', 'of the rules: let {{$command …}} in the file run programs');
}

/** @throws DuplexError `file.invalid` if the file or the block is invalid, `call.invalid` if no block has the name */
export async function readRules(
  engine: Engine,
  { rules, request, env, var: given, allowCommands }: RuleOptions,
  signal: AbortSignal,
): Promise<ProxyRules | undefined> {
  if (rules === undefined) {
    if ((request ?? env ?? given) === undefined) return undefined;
    throw new DuplexError(
      'call.invalid',
      '--request, --env and --var apply to the rules: name their file with --rules.',
    );
  }
  const overrides = new Map((given ?? []).map(variable));
  const read = await readRequestFile(resolve(rules), { environment: env, overrides });
  if ('problem' in read) throw new DuplexError('file.invalid', read.problem);
  const [bad] = read.tableProblems;
  if (bad) throw new DuplexError('file.invalid', problemLine(bad));
  const placed = { uri: read.path, file: read.file, request: chosenBlock(read, request) };
  const sources = blockSources(engine, [read], createTerminalOutside(signal, allowCommands === true));
  const block = await proxyOfBlock(placed, sources, (path) => resolve(dirname(read.path), path));
  return block.rules;
}

function chosenBlock(
  { file, name }: ReadRequestFile,
  wanted: string | undefined,
): ReadRequestFile['file']['proxies'][number] {
  const found = file.proxies.filter((block) => wanted === undefined || block.name?.text === wanted);
  const [first] = found;
  if (first && found.length === 1) return first;
  if (wanted !== undefined)
    throw new DuplexError(
      'call.invalid',
      first
        ? `${name} has several PROXY blocks named ${excerpt(wanted)}: rename one.`
        : `${name} has no PROXY block named ${excerpt(wanted)}: give the name after ### or @name.`,
    );
  throw new DuplexError(
    'call.invalid',
    first
      ? `${name} has several PROXY blocks: name one with --request.`
      : `${name} has no PROXY block: write PROXY ws://127.0.0.1:8081 -> wss://host and # @fault lines below it.`,
  );
}
