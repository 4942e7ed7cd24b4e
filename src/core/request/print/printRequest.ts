import type { ConnectOptions, OutgoingMessage } from '../../../shared/session.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { isSecretName } from '../../text/secretName.ts';
import type { OptionSpec } from '../../session/options/optionSpec.ts';
import { OPTION_ENTRIES } from '../../session/options/optionTable.ts';
import { writeOption } from '../../session/options/optionText.ts';
import {
  createSecretNames,
  headerSecrets,
  subprotocolSecrets,
  urlSecrets,
  type SecretNames,
  type NamedSecret,
} from './secretNames.ts';
import { literalTemplate, WRITTEN_VARIABLES } from './literalTemplate.ts';
import { stepSeparatorLine, variableLine } from './printLines.ts';
import { printPayload, type PlacedReference } from './printPayload.ts';

/** A step: it waits where it has a wait, then sends its message. */
export interface PrintableStep {
  readonly wait?: PrintableWait;
  readonly label?: string;
  /** The text of other directives after `# @`: `emit chat`, `ack`. */
  readonly directives?: readonly string[];
  readonly message?: OutgoingMessage;
  /** Places of a text message that are variables. */
  readonly references?: readonly PlacedReference[];
}

/** The conditions and captures of a wait, as request files write them. */
export interface PrintableWait {
  readonly where?: readonly string[];
  readonly within?: string;
  readonly expect?: readonly string[];
  /** `name = subject` */
  readonly capture?: readonly string[];
}

/** The content of a request to print. */
export interface PrintableRequest {
  readonly name: string;
  readonly options: GivenOptions;
  /** The values that apply without a directive; only differences are written. */
  readonly base: Partial<ConnectOptions>;
  readonly steps: readonly PrintableStep[];
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
  const secretNames = createSecretNames(request.options, request.hasReferences);
  const { text, variables } = writeRequest(request, secretNames);
  const [title = '', ...lines] = text.split('\n');
  return {
    text: [title, ...variables.map(writtenVariable), ...lines].join('\n'),
    secrets: secretNames.secrets,
  };
}

/** The content of a request file with several requests. */
export interface PrintableFile {
  /** Sentences to write at the head of the file as comments. */
  readonly notes: readonly string[];
  /** Variables of the file, with their values. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly requests: readonly PrintableRequest[];
  /** Secrets that already have a name; new ones are added. */
  readonly secrets?: Map<string, string | undefined>;
}

/** Prints several requests as one file. Each secret has one name in the whole file. */
export function printRequestFile({
  notes,
  variables,
  requests,
  secrets: known = new Map(),
}: PrintableFile): PrintedRequest {
  const values = createSecretNames({}, true, known);
  const own = variables.map(([name, value]) =>
    withoutBreaks(
      variableLine(
        name,
        values.replaceSecrets(value, literalTemplate, isSecretName(name) ? [[name, value]] : []),
      ),
    ),
  );
  const used = new Set<string>();
  const texts = requests.map((request) => {
    const written = writeRequest(request, createSecretNames(request.options, request.hasReferences, known));
    for (const name of written.variables) used.add(name);
    return written.text;
  });
  const head = [...notes.map((note) => `# ${oneLine(note)}`), ...own, ...[...used].map(writtenVariable)];
  return {
    text: [...(head.length > 0 ? [`${head.join('\n')}\n`] : []), ...texts].join('\n'),
    secrets: known,
  };
}

function writtenVariable(name: string): string {
  return variableLine(name, WRITTEN_VARIABLES.get(name) ?? '');
}

/** @returns the text of the request, and the written variables that it uses */
function writeRequest(
  { name, options, base, steps, notes }: PrintableRequest,
  secretNames: SecretNames,
): { readonly text: string; readonly variables: readonly string[] } {
  const target = secretNames.replaceSecrets(options.url, literalTemplate, urlSecrets(options.url));
  const head = [
    ...directives(options, base, secretNames),
    `WEBSOCKET ${target}`,
    ...headers(options, secretNames),
  ].map(withoutBreaks);
  const body = steps.map((step, index) => printStep(step, index, secretNames));
  const lines = [
    `### ${oneLine(name)}`,
    ...notes.map((note) => `# ${oneLine(note)}`),
    ...head,
    ...(body.length > 0 ? ['', ...body] : []),
  ];
  const text = `${lines.join('\n')}\n`;
  return { text, variables: [...WRITTEN_VARIABLES.keys()].filter((each) => text.includes(`{{${each}}}`)) };
}

/** Prints a step with its separator. */
function printStep(
  { wait, label, directives: others = [], message, references }: PrintableStep,
  index: number,
  secretNames: SecretNames,
): string {
  const { where = [], within, expect = [], capture = [] } = wait ?? {};
  const written = [
    ...where.map((each) => `where ${each}`),
    ...(within === undefined ? [] : [`within ${within}`]),
    ...expect.map((each) => `expect ${each}`),
    ...capture.map((each) => `capture ${each}`),
    ...(label === undefined || oneLine(label) === '' ? [] : [`label ${oneLine(label)}`]),
    ...others.map(oneLine),
  ];
  return [
    ...(wait || index > 0 ? [stepSeparatorLine(wait ? 'wait-for-server' : '')] : []),
    ...written.map((each) => withoutBreaks(`# @${each}`)),
    ...(message ? [printPayload(message, secretNames, references)] : []),
  ].join('\n');
}

/** One line of the file: a value with a line break, from a file of somebody else, must not add directives or headers. */
function withoutBreaks(line: string): string {
  return line.replace(/[\r\n]+/g, ' ').trimEnd();
}

/** Writes a title or a comment. If it began with @, it would be read as a directive. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/^@/, '');
}

function directives(
  options: GivenOptions,
  base: Partial<ConnectOptions>,
  secretNames: SecretNames,
): string[] {
  return OPTION_ENTRIES.flatMap(([key, spec]) => {
    const value = options[key];
    if (spec.kind === 'headers' || value === undefined) return [];
    if (JSON.stringify(value) === JSON.stringify(base[key] ?? spec.fallback)) return [];
    const own = ownSecrets(spec, value);
    return writeOption(spec, value).map((text) =>
      directive(spec, secretNames.replaceSecrets(text, literalTemplate, own)),
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
function headers({ headers: given = [] }: GivenOptions, secretNames: SecretNames): string[] {
  return given
    .filter(([name]) => !/^[#&]/.test(name))
    .map(([name, value]) =>
      `${name}: ${secretNames.replaceSecrets(value, literalTemplate, headerSecrets(name, value))}`.trimEnd(),
    );
}
