import { curlCommand, shellWord } from '../session/doctor/curlCommand.ts';
import { connectOptions } from '../session/options/connectOptions.ts';
import { headComments, type Dialect } from './dialect.ts';
import { isSocks, repeatedNames, type Program, type ProgramStep, type Words } from './program.ts';

const SHELL: Pick<Dialect, 'commentMark'> = { commentMark: '#' };

/** Milliseconds that a command line stays connected after its last message. */
const LINGER = 2000;

/** Only the handshake: curl prints the answer and the bytes that the server sends. */
export function writeCurl(program: Program): string {
  const stand = standIns(program);
  const words = (text: Words): string => stand.text(text);
  const command = curlCommand(
    connectOptions({
      url: withUserInfo(program, words),
      headers: [
        ...program.headers.flatMap(([name, value]) =>
          'basic' in value ? [] : [[name, words(value.text)] as const],
        ),
        ...(program.origin ? [['Origin', words(program.origin)] as const] : []),
      ],
      subprotocols: program.subprotocols.map(words),
      insecure: program.insecure,
      ca: program.ca,
      cert: program.cert,
      key: program.key,
      ...(program.proxy && { proxy: words(program.proxy) }),
      handshakeTimeout: program.handshakeTimeout,
      deflate: false,
    }),
    true,
  );
  return `${[...headComments(program, SHELL, ''), stand.inShell(command)].join('\n')}\n`;
}

/** The URL with the credentials, which `curlCommand` writes as --user: a user may contain blanks there. */
function withUserInfo({ url, headers }: Program, words: (text: Words) => string): string {
  const text = words(url);
  const [basic] = headers.flatMap(([, value]) => ('basic' in value ? [words(value.basic)] : []));
  if (basic === undefined) return text;
  const [user = '', ...password] = basic.split(':');
  return text.replace(
    '://',
    () => `://${encodeURIComponent(user)}:${encodeURIComponent(password.join(':'))}@`,
  );
}

export function leftCurl({ steps, ca }: Program): string[] {
  return [
    ...(steps.length > 0 ? ['the messages: this command makes the handshake only.'] : []),
    ...(ca.length > 1 ? ['all certificate authorities but the last: curl takes one file.'] : []),
  ];
}

/** wscat sends its text messages at once and stays connected for a while. */
export function writeWscat(program: Program): string {
  const messages = textSteps(program);
  const command = [
    'wscat',
    `--connect ${shellText(program.url)}`,
    ...headerOptions(program),
    ...program.subprotocols.map((each) => `--subprotocol ${shellText(each)}`),
    ...(program.insecure ? ['--no-check'] : []),
    ...program.ca.slice(-1).map((path) => `--ca ${shellWord(path)}`),
    ...(program.cert === '' ? [] : [`--cert ${shellWord(program.cert)}`]),
    ...(program.key === '' ? [] : [`--key ${shellWord(program.key)}`]),
    ...(program.proxy && !isSocks(program.proxy) ? [`--proxy ${shellText(program.proxy)}`] : []),
    ...messages.map((words) => `--execute ${shellText(words)}`),
    ...(messages.length > 0 ? [`--wait ${LINGER / 1000}`] : []),
  ];
  const install = messages.length > 1 ? 'Needs wscat 6 or later.' : '';
  return script(program, install, [command.join(CONTINUED)]);
}

export function leftWscat(program: Program): string[] {
  const { headers, ca, proxy } = program;
  return [
    ...unsent(program),
    ...[...repeatedNames(headers)].map((name) => `wscat sends only the last header ${name}.`),
    ...(ca.length > 1 ? ['all certificate authorities but the last: wscat takes one file.'] : []),
    ...(isSocks(proxy) ? ['the proxy: wscat speaks no SOCKS.'] : []),
  ];
}

/** websocat sends each line of its input as a text message. */
export function writeWebsocat(program: Program): string {
  const lines = textSteps(program).filter((words) => !has(words, '\n'));
  const socks = socksAddress(program);
  const subprotocols = program.subprotocols.flatMap((each, at) => (at === 0 ? each : [', ', ...each]));
  const command = [
    'websocat',
    ...headerOptions(program),
    ...(program.subprotocols.length > 0 ? [`--protocol ${shellText(subprotocols)}`] : []),
    ...(program.insecure ? ['--insecure'] : []),
    ...(socks === undefined ? [] : [`--socks5 ${shellWord(socks)}`]),
    shellText(program.url),
  ].join(CONTINUED);
  const input = lines.map((words) => `  printf '%s\\n' ${shellText(words)}`);
  const pipe = input.length === 0 ? [command] : ['{', ...input, `  sleep ${LINGER / 1000}`, `} | ${command}`];
  return script(program, '', pipe);
}

export function leftWebsocat(program: Program): string[] {
  const { ca, cert, proxy } = program;
  return [
    ...unsent(program),
    ...(textSteps(program).some((words) => has(words, '\n'))
      ? ['messages of several lines: websocat sends each line as a message.']
      : []),
    ...(ca.length > 0 || cert !== '' ? ['certificates.'] : []),
    ...(proxy && socksAddress(program) === undefined
      ? ['the proxy: websocat speaks SOCKS5 alone, without credentials, to an IP address.']
      : []),
  ];
}

/**
 * The address of a SOCKS proxy for websocat, which accepts only an IP address; undefined for every other
 * proxy.
 */
function socksAddress({ proxy = [] }: Program): string | undefined {
  const [only] = proxy;
  if (proxy.length !== 1 || typeof only !== 'string') return undefined;
  return /^socks5h?:\/\/((?:\d+\.){3}\d+:\d+|\[[\da-f:]+\]:\d+)\/?$/i.exec(only)?.[1];
}

const CONTINUED = ' \\\n  ';

function script(program: Program, install: string, lines: readonly string[]): string {
  const head = headComments(program, SHELL, install);
  return `${[...head, ...lines].join('\n')}\n`;
}

/** One word of a POSIX shell. */
function shellText(words: Words): string {
  if (words.length === 0) return "''";
  let text = '';
  let literal = '';
  for (const word of [...words, undefined]) {
    if (typeof word === 'string') {
      literal += word;
      continue;
    }
    if (literal !== '') text += shellWord(literal);
    literal = '';
    if (word) text += `"$${word.environment}"`;
  }
  return text;
}

function headerOptions({ headers, origin }: Program): string[] {
  return [
    ...headers.map(([name, value]) => {
      if ('text' in value) return `--header ${shellText([`${name}: `, ...value.text])}`;
      return `--header ${shellWord(`${name}: Basic `)}"$(printf %s ${shellText(value.basic)} | base64 | tr -d '\\n')"`;
    }),
    ...(origin ? [`--origin ${shellText(origin)}`] : []),
  ];
}

/** The text messages that a shell can send. Shell commands cannot capture values. */
function textSteps({ steps }: Program): Words[] {
  return steps.flatMap(({ act }) =>
    act?.kind === 'text' && !needsCapture(act.text) && !has(act.text, '\0') ? [act.text] : [],
  );
}

function has(words: Words, text: string): boolean {
  return words.some((word) => typeof word === 'string' && word.includes(text));
}

function needsCapture(words: Words): boolean {
  return words.some((word) => typeof word !== 'string' && word.environment === undefined);
}

function unsent({ steps }: Program): string[] {
  const some = (test: (step: ProgramStep) => boolean): boolean => steps.some(test);
  return [
    ...(some(({ act }) => act !== undefined && act.kind !== 'text') ? ['everything but text messages.'] : []),
    ...(some(({ act }) => act?.kind === 'text' && needsCapture(act.text))
      ? ['messages that need a captured value.']
      : []),
    ...(some(({ act }) => act?.kind === 'text' && has(act.text, '\0'))
      ? ['messages with a NUL character: no command line holds one.']
      : []),
    ...(some(({ wait }) => wait !== undefined) ? ['waits, expectations and captures.'] : []),
    ...(some(({ repeat, delay }) => repeat.count > 1 || delay > 0) ? ['repeats and delays.'] : []),
  ];
}

/** Texts with variables as tokens that survive shell quoting. */
function standIns(program: Program): { text(words: Words): string; inShell(command: string): string } {
  const all = JSON.stringify(program);
  let seed = 'dx';
  while (all.includes(`${seed}~`)) seed += 'x';
  const { variables } = program;
  return {
    text: (words) =>
      words.map((word) => (typeof word === 'string' ? word : `${seed}~${variables.indexOf(word)}~`)).join(''),
    // The tilde makes curlCommand quote the word that contains it.
    inShell: (command) =>
      command.replace(
        new RegExp(`${seed}~(\\d+)~`, 'g'),
        (_, index: string) => `'"$${variables[Number(index)]!.environment ?? ''}"'`,
      ),
  };
}
