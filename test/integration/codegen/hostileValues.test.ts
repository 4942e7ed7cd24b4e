import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CodeTargetId } from '../../../src/core/codegen/targets.ts';
import { startRecordingServer, type RecordingServer, type Seen } from './recordingServer.ts';
import { openWorkshop, RUNNERS, writtenProgram, type Workshop } from './targetPrograms.ts';

// Values that end a literal, a comment or a script of some language, through every target that runs here.

// Compilers take long on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const HOSTILE = {
  'quotes and apostrophes': `"'" '"' ''' """ \`\`\``,
  'a backslash at the end': 'C:\\new\\u0041\\',
  'escapes of Java': '\\u0022 + System.exit(1) // \\u000a',
  'line breaks of every kind': 'a\nb\r\nc\rd\u2028e\u2029f\u0085g\vh\fi',
  'substitutions of a shell': '$HOME ${HOME} $(id) `id` !! ~ * ? [a-z] {1,2} && ; | > <',
  'substitutions of templates': '${x} #{x} {0} {{x} %s %d %n %(x)s {x!r} @x $x \\(x)',
  'the ends of comments and scripts': '*/ // -- --> <!-- </script><script>alert(1)</script> ]]> ?> %>',
  trigraphs: '??/ ??( ??= ??!',
  'a NUL and other controls': '\0 \x01 \x07 \x1b[31m \x7f \x9f',
  'text that turns around': '\u202e abc \u200b \ufeff \u061c',
  'characters beyond the first plane': '😀 𝒳 \u{10ffff}',
  'words of the languages': 'None null nil undefined true False NaN message socket',
  'an option of a command line': '--version',
  'a format of printf': '%n%n%s\\c\\0',
  blanks: '  \t  ',
} as const;

const escaped = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** Braces that begin no variable. */
const literal = (text: string): string => text.replaceAll('{{', '\\{{');

/** Header fields hold visible characters and blanks (RFC 9110, section 5.5). */
const IN_HEADER = Object.values(HOSTILE).filter((text) => /^[\x21-\x7e][\x20-\x7e]*[\x21-\x7e]$/.test(text));

const REQUEST = (port: number): string => `
### Hostile */ \\u000a </script> {{ values
# @name values
WEBSOCKET ws://127.0.0.1:${port}/a%20b/'"$(id)\`\${x}|^{}/ü?q='"$(id)\`\${x}|^{}\\&ü=%s%0A
${IN_HEADER.map((text, at) => `X-Hostile-${at}: ${literal(text)}`).join('\n')}

${Object.values(HOSTILE)
  .map((text) => `# @escape\n${escaped(text)}`)
  .join('\n===\n')}
===
# @binary base64
AAECAwQFBgcICQoLDA0OD/////7+gIGC
`;

/** The server answers with each value, which the program compares and sends back. */
const WAITING = (port: number): string => `
### Waits
# @name waits
WEBSOCKET ws://127.0.0.1:${port}/

${Object.values(HOSTILE)
  .map(
    (text, at) => `{"echo": ${asciiJson(text)}}
=== wait-for-server
# @where $.echoed == ${asciiJson(text)}
# @expect $["echoed"] != ${asciiJson(`${text}.`)}
# @capture value${at} = $.echoed
{{value${at}}}
===
`,
  )
  .join('')}# @label ${Object.values(HOSTILE)
  .join(' ')
  .replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]|\{\{/g, ' ')}
# @close 4000 "it's" \\ $(x) %s */ \`
`;

function asciiJson(text: string): string {
  return literal(JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped));
}

let server: RecordingServer;
let workshop: Workshop;
beforeAll(async () => {
  server = await startRecordingServer();
  workshop = openWorkshop(server, { 'values.ws': REQUEST(server.port), 'waits.ws': WAITING(server.port) });
});
beforeEach(() => server.forget());
afterAll(async () => {
  await workshop.close();
  await server.close();
});

const VALUES = Object.values(HOSTILE).map((text) => `text ${text}`);
const BYTES = 'binary 000102030405060708090a0b0c0d0e0ffffffffefe808182';

/** Octets of a percent-encoded address (RFC 3986, section 2.1) as characters. */
const decoded = (url: string): string =>
  url.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

async function execute(request: string, target: CodeTargetId): Promise<Seen> {
  const { file } = RUNNERS[target];
  await writtenProgram(workshop, request, target, file);
  const seen = server.next();
  await RUNNERS[target].execute(workshop, file, {});
  return seen;
}

async function expected(request: string): Promise<Seen> {
  const seen = server.next();
  const { status, stdout } = await workshop.folder.duplex(['run', `${request}.ws`]);
  expect(status, stdout).toBe(0);
  return seen;
}

it('duplex run itself sends the values as they are', async () => {
  const { messages, headers } = await expected('values');
  expect(messages.slice(0, -1)).toEqual([...VALUES, BYTES]);
  expect(IN_HEADER.length).toBeGreaterThan(5);
  for (const [at, text] of IN_HEADER.entries()) expect(headers[`x-hostile-${at}`]).toBe(text);
});

it('half of a character, which no text message holds, is refused for every target', async () => {
  workshop.folder.write('half.ws', 'WS ws://127.0.0.1:1/\n\n# @escape\na \\ud800 b\n');
  for (const target of Object.keys(RUNNERS).filter((each) => each !== 'socket.io-client')) {
    const { status, stdout, stderr } = await workshop.folder.duplex(['code', 'half.ws', '--target', target]);
    expect({ status, stdout }, target).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('half.ws:4:1 error payload.encoding Half of a character');
  }
});

const LANGUAGES = [
  'node-ws',
  'browser',
  'python-websocket-client',
  'python-websockets',
  'java-websocket',
  'go-websocket',
  'dotnet',
] as const;

describe.each(LANGUAGES)('%s', (target) => {
  const { there, needs } = RUNNERS[target];

  it.skipIf(!there)(`sends hostile values as they are (needs ${needs})`, async () => {
    const seen = await execute('values', target);
    const wanted = await expected('values');
    expect(seen.messages.slice(0, -1)).toEqual([...VALUES, BYTES]);
    if (target !== 'browser') expect(seen.headers).toEqual(wanted.headers);
    // These clients write some characters of an address in another way.
    const spelled = ['browser', 'java-websocket', 'go-websocket', 'dotnet'].includes(target)
      ? decoded
      : String;
    expect(spelled(seen.url)).toBe(spelled(wanted.url));
  });

  it.skipIf(!there)(`recognises, keeps and sends back hostile values (needs ${needs})`, async () => {
    const { messages } = await execute('waits', target);
    expect(messages).toEqual((await expected('waits')).messages);
    expect(messages.filter((each) => !each.startsWith('text {"echo"')).slice(0, -1)).toEqual(VALUES);
  });
});

it('wscat sends all but the one with a NUL, which no command line holds', async () => {
  const { left } = await writtenProgram(workshop, 'values', 'wscat', 'wscat.sh');
  expect(left).toEqual([
    'everything but text messages.',
    'messages with a NUL character: no command line holds one.',
  ]);
  const { messages, headers, url } = await execute('values', 'wscat');
  expect(messages.slice(0, -1)).toEqual(VALUES.filter((each) => !each.includes('\0')));
  const wanted = await expected('values');
  expect(headers).toEqual(wanted.headers);
  expect(url).toBe(wanted.url);
});

it.skipIf(!RUNNERS.curl.there)('curl sends the same address and headers (needs curl)', async () => {
  const { headers, url } = await execute('values', 'curl');
  const wanted = await expected('values');
  expect(headers).toEqual(wanted.headers);
  expect(url).toBe(wanted.url);
});

it.skipIf(!RUNNERS.websocat.there)('websocat sends the messages of one line (needs websocat)', async () => {
  const { messages } = await execute('values', 'websocat');
  expect(messages.slice(0, -1)).toEqual(VALUES.filter((each) => !/[\0\n]/.test(each)));
});
