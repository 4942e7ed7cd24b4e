import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { closePayload, wireFrame } from '../support/wire.ts';
import { duplex, jsonLines } from './cliProcess.ts';

it('connect --frames keeps the frames of a recording, and log --frames prints them', async () => {
  const folder = join(await temporaryFolder(), 'recording');
  const { url } = await rawServer((socket, request) => {
    socket.write(switching(request));
    socket.write(Buffer.concat([wireFrame(0x01, 'frag'), wireFrame(0x80, 'ment'), wireFrame(0x81, 'whole')]));
    setTimeout(() => socket.end(wireFrame(0x88, closePayload(1000))), 50);
  });
  const connected = await duplex(['connect', url, '--no-deflate', '--record', folder, '--frames', '--quiet']);
  expect([connected.status, connected.stderr]).toEqual([0, '']);

  const text = await duplex(['log', folder, '--frames', '--filter', 'text']);
  expect(text.stderr).toBe('');
  expect(text.stdout.split('\n').map((line) => line.replace(/^(..) [\d:.]+/, '$1 TIME'))).toEqual([
    '<- TIME text   fragment',
    '   <- frame 1/2  text  no FIN  2 + 4 bytes',
    '   <- frame 2/2  continuation  FIN  2 + 4 bytes',
    '<- TIME text   whole',
    '   <- frame 1/1  text  FIN  2 + 5 bytes',
    '',
  ]);

  const json = jsonLines((await duplex(['log', folder, '--frames', '--json'])).stdout);
  expect(json.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
    '0 open',
    '1 text',
    '1 frame',
    '1 frame',
    '2 text',
    '2 frame',
    '3 close',
    '3 frame',
    '3 frame',
  ]);
  // Without the option they are the lines of connect --json.
  const plain = jsonLines((await duplex(['log', folder, '--json'])).stdout);
  expect(plain).toEqual(json.filter(({ kind }) => kind !== 'frame'));
});
