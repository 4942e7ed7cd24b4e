import { curlCommand, shellWord } from '../session/doctor/curlCommand.ts';
import { connectOptions } from '../session/options/connectOptions.ts';
import { headComments, type Dialect } from './dialect.ts';
import type { Program, ProgramStep, Words } from './program.ts';

const SHELL: Pick<Dialect, 'commentMark'> = { commentMark: '#' };

/** Milliseconds that a command line stays connected after its last message. */
const LINGER = 2000;

/** Only the handshake: curl prints the answer and the bytes that the server sends. */
export function writeCurl(program: Program): string {
  const stand = standIns(program);
  const words = (text: Words): string => stand.text(text);
  const command = curlCommand(
    connectOptions({
      url: words(program.url),
      headers: [
        ...program.headers.map(
          ([name, value]) =>
            [
              name,
              'basic' in value ? `Basic ${words(value.basic).replace(':', ' ')}` : words(value.text),
            ] as const,
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
  const left = program.steps.length > 0 ? ['the messages: this command makes the handshake only.'] : [];
  return `${[...headComments({ ...program, left: [...program.left, ...left] }, SHELL, ''), stand.inShell(command)].join('\n')}\n`;
}

/** wscat sends one text message. */
export function writeWscat(program: Program): string {
  const [first, ...rest] = textSteps(program);
  const left = [
    ...unsent(program),
    ...(rest.length > 0 ? ['all messages but the first: wscat sends one.'] : []),
  ];
  const command = [
    'wscat',
    `--connect ${shellText(program.url)}`,
    ...headerOptions(program),
    ...program.subprotocols.map((each) => `--subprotocol ${shellText(each)}`),
    ...(program.insecure ? ['--no-check'] : []),
    ...program.ca.map((path) => `--ca ${shellWord(path)}`),
    ...(program.cert === '' ? [] : [`--cert ${shellWord(program.cert)}`]),
    ...(program.key === '' ? [] : [`--key ${shellWord(program.key)}`]),
    ...(program.proxy ? [`--proxy ${shellText(program.proxy)}`] : []),
    ...(first ? [`--execute ${shellText(first)}`, `--wait ${LINGER / 1000}`] : []),
  ];
  return script(program, left, [command.join(CONTINUED)]);
}

/** websocat sends each line of its input as a text message. */
export function writeWebsocat(program: Program): string {
  const messages = textSteps(program);
  const lines = messages.filter(
    (words) => !words.some((word) => typeof word === 'string' && word.includes('\n')),
  );
  const left = [
    ...unsent(program),
    ...(lines.length < messages.length
      ? ['messages of several lines: websocat sends each line as a message.']
      : []),
    ...(program.ca.length > 0 || program.cert !== '' ? ['certificates.'] : []),
    ...(program.proxy ? ['the proxy.'] : []),
  ];
  const subprotocols = program.subprotocols.flatMap((each, at) => (at === 0 ? each : [', ', ...each]));
  const command = [
    'websocat',
    ...headerOptions(program),
    ...(program.subprotocols.length > 0 ? [`--protocol ${shellText(subprotocols)}`] : []),
    ...(program.insecure ? ['--insecure'] : []),
    shellText(program.url),
  ].join(CONTINUED);
  const input = lines.map((words) => `  printf '%s\\n' ${shellText(words)}`);
  const pipe = input.length === 0 ? [command] : ['{', ...input, `  sleep ${LINGER / 1000}`, `} | ${command}`];
  return script(program, left, pipe);
}

const CONTINUED = ' \\\n  ';

function script(program: Program, left: readonly string[], lines: readonly string[]): string {
  const head = headComments({ ...program, left: [...program.left, ...left] }, SHELL, '');
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
      return `--header ${shellWord(`${name}: Basic `)}"$(printf %s ${shellText(value.basic)} | base64 -w0)"`;
    }),
    ...(origin ? [`--origin ${shellText(origin)}`] : []),
  ];
}

/** The text messages that a shell can send. Shell commands cannot capture values. */
function textSteps({ steps }: Program): Words[] {
  return steps.flatMap(({ act }) => (act?.kind === 'text' && !needsCapture(act.text) ? [act.text] : []));
}

function needsCapture(words: Words): boolean {
  return words.some((word) => typeof word !== 'string' && word.environment === undefined);
}

function unsent({ steps }: Program): string[] {
  const has = (test: (step: ProgramStep) => boolean): boolean => steps.some(test);
  return [
    ...(has(({ act }) => act !== undefined && act.kind !== 'text') ? ['everything but text messages.'] : []),
    ...(has(({ act }) => act?.kind === 'text' && needsCapture(act.text))
      ? ['messages that need a captured value.']
      : []),
    ...(has(({ wait }) => wait !== undefined) ? ['waits, expectations and captures.'] : []),
    ...(has(({ repeat, delay }) => repeat.count > 1 || delay > 0) ? ['repeats and delays.'] : []),
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
