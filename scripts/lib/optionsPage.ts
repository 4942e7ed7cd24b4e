import type { OptionKey, OptionSpec } from '../../src/core/session/options/optionSpec.ts';
import { settingName, settingSchema } from '../../src/core/session/options/optionSetting.ts';
import { OPTION_ENTRIES } from '../../src/core/session/options/optionTable.ts';
import { writeDuration, writeOption, writeSize } from '../../src/core/session/options/optionText.ts';

const INTRODUCTION = `# Options of a connection

Every option has one name: \`# @name value\` above the target of a [request file](request-files.md), \`--name value\` of
[\`duplex connect\`](cli.md). Where it makes sense as a default, there is a setting, in seconds and MiB. The command
**WebSocket: Connect** takes the name in the last column in the object that it is called with, in milliseconds and bytes
(\`{"url": "ws://localhost:8080/echo", "handshakeTimeout": 2000}\`). The settings give the options that a connection does not set.

Durations and sizes carry their unit: \`500ms\`, \`2s\`, \`1m\`, \`1h\`; \`125B\`, \`64KiB\`, \`100MiB\`, \`10MB\`. Paths are relative to the
folder of the request file, on the command line to the working directory, in settings to the home folder. A value that is
out of range, and options that contradict each other, are refused before anything connects.

Headers are lines of their own in a request file. Lists are separated by commas; \`--ca\` and \`@ca\`, \`--header\` and the lists of
the command line may be repeated. There is no setting for a client certificate, which belongs to one server, and none for
\`insecure\`, which weakens a connection and so is set for each connection.

<!-- Written by \`npm run docs\` from src/core/session/options/optionTable.ts. -->

`;

/** docs/options.md, generated from the table of options. */
export function optionsPage(): string {
  const rows = OPTION_ENTRIES.map(row);
  return `${INTRODUCTION}| option | default | setting | meaning | as an argument |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function row([key, spec]: readonly [OptionKey, OptionSpec]): string {
  const cells = [
    code(spec.sample === undefined ? spec.name : `${spec.name} ${spec.sample}`),
    defaultOf(spec),
    settingOf(key, spec),
    `${spec.about}${rangeOf(spec)}`,
    code(key),
  ];
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function defaultOf(spec: OptionSpec): string {
  if (spec.fallback === 0) return spec.zero ?? '0';
  const [text] = writeOption(spec, spec.fallback);
  return text === undefined ? '' : code(text);
}

function settingOf(key: OptionKey, spec: OptionSpec): string {
  if (spec.setting === undefined) return '';
  const value = JSON.stringify(settingSchema(spec).default);
  const scope = spec.setting === 'machine' ? ', not of a workspace' : '';
  return `${code(`duplex.${settingName(key)}`)}, ${code(value)}${scope}`;
}

function rangeOf({ kind, least, most, zero }: OptionSpec): string {
  if (least === undefined || most === undefined) return '';
  const write = kind === 'duration' ? writeDuration : kind === 'size' ? writeSize : String;
  const range = `${code(write(least))} to ${code(write(most))}`;
  return zero === undefined ? ` From ${range}.` : ` ${code('0')} for ${zero}, or ${range}.`;
}
