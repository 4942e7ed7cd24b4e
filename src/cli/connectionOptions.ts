import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { resolvePaths } from '../core/session/options/connectOptions.ts';
import type { OptionSpec } from '../core/session/options/optionSpec.ts';
import { OPTION_ENTRIES } from '../core/session/options/optionTable.ts';
import { readOption, writeOption } from '../core/session/options/optionText.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';

/** The options that commander parsed, by name. */
type Given = Readonly<Record<string, unknown>>;

/**
 * Adds every connection option, under its name in request files.
 * @param except names of options that the command ignores or defines differently
 */
export function addConnectionOptions(command: Command, except: readonly string[] = []): Command {
  for (const [, spec] of OPTION_ENTRIES)
    if (!except.includes(spec.name)) command.addOption(commandOption(spec));
  return command;
}

/**
 * The connection options of the command line, without defaults. Paths are resolved against the working directory.
 * @throws DuplexError `call.invalid` for an invalid value; its message repeats no secret
 */
export function connectionOptionsOf(given: Given): Partial<ConnectOptions> {
  const options: Record<string, unknown> = {};
  for (const [key, spec] of OPTION_ENTRIES) {
    const value = given[attributeOf(spec)];
    if (spec.kind === 'flag' || spec.kind === 'negatedFlag') {
      // If a flag is absent, commander sets its default, which would override other sources.
      if (value === (spec.kind === 'flag')) options[key] = value;
    } else if (value !== undefined && typeof value !== 'boolean') {
      options[key] = isConcealed(spec) ? read(spec, value as readonly string[]) : value;
    }
  }
  const { headers, subprotocols } = splitOffers((options['headers'] ?? []) as HeaderList);
  if (subprotocols.length > 0) {
    options['headers'] = headers;
    options['subprotocols'] = [...((options['subprotocols'] ?? []) as string[]), ...subprotocols];
  }
  // Commander treats --deflate and --no-deflate as one option: the last one counts.
  if (options['deflateParameters'] !== undefined) options['deflate'] = true;
  return resolvePaths(options as Partial<ConnectOptions>, (path) => resolve(path));
}

/** Splits subprotocols from the headers: a header may offer them, even in several lines (RFC 6455, section 11.3.4). */
function splitOffers(all: HeaderList): { readonly headers: HeaderList; readonly subprotocols: string[] } {
  const isOffer = ([name]: HeaderList[number]): boolean => name.toLowerCase() === 'sec-websocket-protocol';
  return {
    headers: all.filter((header) => !isOffer(header)),
    subprotocols: all.filter(isOffer).flatMap(([, value]) => value.split(',').map((name) => name.trim())),
  };
}

/**
 * Whether a value may be secret. Commander does not validate such a value, because its message would repeat an invalid
 * one.
 */
function isConcealed({ kind, secret }: OptionSpec): boolean {
  return secret === true || kind === 'headers';
}

function attributeOf(spec: OptionSpec): string {
  return new Option(flagsOf(spec)).attributeName();
}

function flagsOf({ kind, name, sample }: OptionSpec): string {
  const short = kind === 'headers' ? '-H, ' : '';
  return `${short}--${name}${sample === undefined ? '' : ` <${valueNames[kind] ?? name}>`}`;
}

const valueNames: Partial<Record<OptionSpec['kind'], string>> = {
  duration: 'duration',
  size: 'size',
  count: 'number',
  list: 'names',
  path: 'file',
  paths: 'file',
  rules: 'rule',
  deflate: 'parameters',
  choice: 'version',
};

function commandOption(spec: OptionSpec): Option {
  const option = new Option(flagsOf(spec), describe(spec));
  if (spec.sample === undefined) return option;
  if (isConcealed(spec))
    return option.argParser((text, earlier: readonly string[] = []) => [...earlier, text]);
  return option.argParser((text, earlier: unknown) => {
    const reading = readOption(spec, text);
    if ('problem' in reading) throw new InvalidArgumentError(reading.problem);
    return joined(earlier, reading.value);
  });
}

/** Joins the values of a list; for other options, the last value counts. */
function joined(earlier: unknown, value: unknown): unknown {
  return Array.isArray(earlier) && Array.isArray(value)
    ? [...(earlier as unknown[]), ...(value as unknown[])]
    : value;
}

function read(spec: OptionSpec, texts: readonly string[]): unknown {
  let value: unknown;
  for (const text of texts) {
    const reading = readOption(spec, text);
    if ('problem' in reading) throw new DuplexError('call.invalid', reading.problem);
    value = joined(value, reading.value);
  }
  return value;
}

/** The description in the style of help: no capital, no full stop. */
function describe(spec: OptionSpec): string {
  const text = spec.about.replace(/\.$/, '').replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
  const [fallback] = writeOption(spec, spec.fallback);
  const facts = [
    ...(spec.zero === undefined ? [] : [`0: ${spec.zero}`]),
    ...(fallback === undefined || fallback === '' || fallback === '0' ? [] : [`default: ${fallback}`]),
  ];
  return facts.length > 0 ? `${text} (${facts.join('; ')})` : text;
}
