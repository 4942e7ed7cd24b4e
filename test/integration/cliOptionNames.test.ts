import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { openRecording } from '../../src/engine/recordingFile.ts';
import { rawServer } from '../support/rawServer.ts';
import { scriptedServer } from '../support/scriptedServer.ts';
import { duplex, endAll, jsonLines } from './cliProcess.ts';
import { requestFolder } from './requestFolder.ts';

// Sentences name an option as the user writes it: `--name` on the command line, `@name` in a request file.

afterEach(endAll);

/** A server whose first message is larger than the limit that the tests set. */
async function largeMessage(): Promise<string> {
  return scriptedServer((socket) => socket.send('x'.repeat(5000)));
}

describe('connect', () => {
  test('names a limit as an option of the command line, in text and in JSON', async () => {
    const url = await largeMessage();
    const { stderr } = await duplex(['connect', url, '--max-payload', '1KiB']);
    expect(stderr).toContain('the limit of 1024 bytes: raise --max-payload, or set it to 0');
    const { stdout } = await duplex(['connect', url, '--max-payload', '1KiB', '--json']);
    expect(jsonLines(stdout).find(({ kind }) => kind === 'error')).toMatchObject({
      code: 'limit.payload',
      message: expect.stringContaining('raise --max-payload,') as string,
    });
  });

  test.each([
    [['--cert', 'client.pem'], 'with --key.'],
    [['--pfx', 'client.p12', '--key', 'client.key'], 'give either --pfx, or --cert and --key.'],
    [['-H', 'Sec-WebSocket-Extensions: x'], 'choose compression with --deflate.'],
  ])('names options that are refused: %j', async (args, end) => {
    const { status, stderr } = await duplex(['connect', 'ws://127.0.0.1:9/', ...args]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(end) as string });
  });

  test('names the option behind an answer of the server', async () => {
    const server = await rawServer((socket) =>
      socket.end('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n'),
    );
    const { stderr } = await duplex(['connect', server.url, '--follow-redirects', '0']);
    expect(stderr).toContain('connect there, or raise --follow-redirects.');
  });

  test('leaves a message of the server as it is', async () => {
    const url = await scriptedServer((socket) => {
      socket.ping('{"text":"the option “key”"}');
      socket.send('{"text":"the option “key”"}');
      socket.close(1000);
    });
    const { stdout } = await duplex(['connect', url]);
    // The ping, our pong and the message.
    expect(stdout.match(/"the option “key”"/g)).toHaveLength(3);
  });
});

describe('a recording', () => {
  test('is printed and exported with the names of the command line, and read with those of the editor', async () => {
    const folder = requestFolder({});
    onTestFinished(() => folder.remove());
    const url = await largeMessage();
    await folder.duplex(['connect', url, '--max-payload', '1KiB', '--record', 'large']);
    for (const args of [
      ['log', 'large'],
      ['log', 'large', '--json'],
    ]) {
      const { stdout } = await folder.duplex(args);
      expect(stdout, args.join(' ')).toContain('raise --max-payload, or set it to 0');
    }
    for (const kind of ['jsonl', 'csv']) {
      await folder.duplex(['export', 'large', '--to', kind, '--output', `large.${kind}`]);
      const written = readFileSync(join(folder.path, `large.${kind}`), 'utf8');
      expect(written, kind).toContain('raise --max-payload, or set it to 0');
    }
    const recording = openRecording(join(folder.path, 'large'));
    onTestFinished(() => recording.close());
    const previews = recording.readRows(0, 10).map(({ preview }) => preview);
    expect(previews).toContainEqual(
      expect.stringContaining('raise the option max-payload (setting duplex.connection.maxPayload)'),
    );
  });
});

describe('run', () => {
  test('names an option of the command line as there, unless the file gives it', async () => {
    const url = await largeMessage();
    const folder = requestFolder({
      'flag.ws': `WEBSOCKET ${url}\n\n=== wait-for-server\n`,
      'both.ws': `# @max-payload 1KiB\nWEBSOCKET ${url}\n\n=== wait-for-server\n`,
    });
    onTestFinished(() => folder.remove());
    const flag = await folder.duplex(['run', 'flag.ws', '--max-payload', '1KiB']);
    expect(flag.stdout).toContain('raise --max-payload, or set it to 0');
    const both = await folder.duplex(['run', 'both.ws', '--max-payload', '2KiB']);
    expect(both.stdout).toContain('raise @max-payload, or set it to 0');
    const handshake = await folder.duplex(['run', 'flag.ws', '--ca', 'missing.pem', '--reporter', 'json']);
    expect(handshake.stdout).not.toContain('the option “');
  });

  test('names options as directives', async () => {
    const url = await largeMessage();
    const folder = requestFolder({
      'limit.ws': `# @max-payload 1KiB\nWEBSOCKET ${url}\n\n=== wait-for-server\n`,
      'conflict.ws': `# @cert client.pem\nWEBSOCKET ${url}\n`,
    });
    onTestFinished(() => folder.remove());
    const run = await folder.duplex(['run', 'limit.ws', 'conflict.ws']);
    expect(run.stdout).toContain('raise @max-payload, or set it to 0');
    expect(run.stdout).toContain('with @key.');
    const check = await folder.duplex(['check', 'conflict.ws']);
    expect(check.stdout + check.stderr).toContain('with @key.');
    for (const { stdout, stderr } of [run, check]) expect(stdout + stderr).not.toContain('the option “');
  });
});
