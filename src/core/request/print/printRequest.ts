import type { ConnectOptions, OutgoingMessage } from '../../../shared/session.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import type { OptionSpec } from '../../session/options/optionSpec.ts';
import { OPTION_ENTRIES } from '../../session/options/optionTable.ts';
import { writeOption } from '../../session/options/optionText.ts';
import {
  concealment,
  headerSecrets,
  subprotocolSecrets,
  urlSecrets,
  type Concealment,
  type NamedSecret,
} from './concealment.ts';
import { literalTemplate, WRITTEN_VARIABLES } from './literalTemplate.ts';
import { printPayload } from './printPayload.ts';

/** The content of a request to print. */
export interface PrintableRequest {
  readonly name: string;
  readonly options: GivenOptions;
  /** The values that apply without a directive; only differences are written. */
  readonly base: Partial<ConnectOptions>;
  readonly messages: readonly OutgoingMessage[];
  /** Sentences to write above the request as comments. */
  readonly notes: readonly string[];
  /** Whether the texts already hold references to variables, because they come from a file of another client. */
  readonly hasReferences?: boolean;
}

export interface PrintedRequest {
  readonly text: string;
  /** The secrets that the text refers to, by name; without a value if it is not known. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
}

/** Prints a request that connects and sends the given messages, secrets as references. */
export function printRequest(request: PrintableRequest): PrintedRequest {
  const { name, options, base, messages, notes, hasReferences = false } = request;
  const hidden = concealment(options, hasReferences);
  const target = hidden.conceal(options.url, literalTemplate, urlSecrets(options.url));
  const head = [...directives(options, base, hidden), `WEBSOCKET ${target}`, ...headers(options, hidden)];
  const steps = messages.map((message) => printPayload(message, hidden));
  const body = steps.join('\n===\n');
  const used = [...WRITTEN_VARIABLES].filter(([variable]) =>
    `${head.join('\n')}\n${body}`.includes(`{{${variable}}}`),
  );
  const lines = [
    `### ${oneLine(name)}`,
    ...notes.map((note) => `# ${oneLine(note)}`),
    ...used.map(([variable, value]) => `@${variable} = ${value}`.trimEnd()),
    ...head,
    ...(steps.length > 0 ? ['', body] : []),
  ];
  return { text: `${lines.join('\n')}\n`, secrets: hidden.secrets };
}

/** Writes a title or a comment. If it began with @, it would be read as a directive. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/^@/, '');
}

function directives(options: GivenOptions, base: Partial<ConnectOptions>, hidden: Concealment): string[] {
  return OPTION_ENTRIES.flatMap(([key, spec]) => {
    const value = options[key];
    if (spec.kind === 'headers' || value === undefined) return [];
    if (JSON.stringify(value) === JSON.stringify(base[key] ?? spec.fallback)) return [];
    const own = ownSecrets(spec, value);
    return writeOption(spec, value).map((text) =>
      directive(spec, hidden.conceal(text, literalTemplate, own)),
    );
  });
}

function directive({ name }: OptionSpec, value: string): string {
  if (value === '') return `# @${name}`;
  // A leading = would be read as the optional one before a value.
  return `# @${name} ${value.startsWith('=') ? `= ${value}` : value}`;
}

function ownSecrets(spec: OptionSpec, value: unknown): readonly NamedSecret[] {
  if (spec.name === 'subprotocol') return (value as readonly string[]).flatMap(subprotocolSecrets);
  if (spec.name === 'proxy')
    return urlSecrets(value as string).map(([, secret]) => ['proxy_password', secret]);
  return spec.secret ? [[spec.name, value as string]] : [];
}

/** Header lines. A header whose name would start a comment or continue the URL gets no line. */
function headers({ headers: given = [] }: GivenOptions, hidden: Concealment): string[] {
  return given
    .filter(([name]) => !/^[#&]/.test(name))
    .map(([name, value]) =>
      `${name}: ${hidden.conceal(value, literalTemplate, headerSecrets(name, value))}`.trimEnd(),
    );
}
