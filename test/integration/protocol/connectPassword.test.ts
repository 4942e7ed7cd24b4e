import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { endAll } from '../cliProcess.ts';
import { contentOf, requestFolder, type RequestFolder } from '../requestFolder.ts';

// Passwords from a secret or a variable in the CONNECT of a protocol reach the server, and appear nowhere in the
// output.

const PASSWORD = 'canary-hunter2';

let folder: RequestFolder | undefined;

afterEach(() => {
  endAll();
  folder?.remove();
});

/** A server that answers the first message, and keeps what came as text. */
async function peer(answer: Uint8Array | string, heard: string[]): Promise<string> {
  return scriptedServer((socket) =>
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString('latin1'));
      if (heard.length === 1) socket.send(answer);
    }),
  );
}

const MQTT = `# @protocol mqtt
WEBSOCKET URL

# @connect
{"clientId": "c", "username": "ann", "password": "VALUE"}
`;

const STOMP = `# @protocol stomp
WEBSOCKET URL

# @connect
# @header login: ann
# @header passcode: VALUE
`;

/** CONNACK of version 3.1.1, section 3.2. */
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const CONNECTED = 'CONNECTED\nversion:1.2\n\n\0';

describe.each([
  ['mqtt', MQTT, CONNACK],
  ['stomp', STOMP, CONNECTED],
] as const)('the password of %s', (_, text, answer) => {
  it.each([
    ['a secret', '{{$secret brokerPassword}}', ''],
    ['the environment of the process', '{{$processEnv BROKER_PASSWORD}}', ''],
    ['a variable of the file', '{{password}}', `@password = ${PASSWORD}\n`],
  ])('from %s is sent and masked in what is shown', async (_from, value, before) => {
    const heard: string[] = [];
    const url = await peer(answer, heard);
    folder = requestFolder({ 'a.ws': before + text.replace('URL', url).replace('VALUE', value) });
    const env = { DUPLEX_SECRET_BROKERPASSWORD: PASSWORD, BROKER_PASSWORD: PASSWORD };
    const run = await folder.duplex(['run', 'a.ws', '--record', 'kept', '--reporter', 'json'], env);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(heard[0]).toContain(PASSWORD);
    expect(run.stdout).not.toContain(PASSWORD);

    const kept = join(folder.path, 'kept');
    const [recording] = readdirSync(kept);
    const path = join(kept, recording!);
    const log = await folder.duplex(['log', path, '--units', '--json']);
    const units = log.stdout
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { decoded?: { units: unknown[] } }).decoded?.units ?? []);
    expect(units.length).toBeGreaterThan(0);
    const shown = JSON.stringify(units);
    expect(shown).not.toContain(PASSWORD);
    expect(shown).toContain('••••');
    expect(shown).toContain('CONNECT');
    // Of a recording, only the message itself has it: messages are recorded as they travelled.
    const facts = readdirSync(path).filter((name) => name.endsWith('.json'));
    for (const name of facts) expect(readFileSync(join(path, name), 'utf8')).not.toContain(PASSWORD);
    expect(contentOf(path).split(PASSWORD)).toHaveLength(2);
  });
});
