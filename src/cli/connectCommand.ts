import { accessSync, constants, statSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_CLOSE_TIMEOUT,
  DEFAULT_HANDSHAKE_TIMEOUT,
  DEFAULT_MAX_PAYLOAD,
  MiB,
} from '../shared/limits.ts';
import type { CommandParts } from './commandParts.ts';
import { connect } from './connect.ts';
import { duration, header, list, repeated, sendable, size } from './optionValues.ts';
import type { Outgoing } from './sendInput.ts';

const EXAMPLES = `
Examples:
  $ duplex connect ws://localhost:8080/echo
  $ echo hello | duplex connect ws://localhost:8080/echo
  $ duplex connect wss://api.example.test/stream -H 'Authorization: Bearer …' --subprotocol v2.json,v1.json
  $ duplex connect ws://localhost:8080/json --send '{"op":"subscribe","channel":"BTC"}' --wait 2s --json
  $ duplex connect ws://localhost:8080/ticker --record ./ticks --quiet

It ends when the server closes; --wait after the last thing was sent; one second of silence after the end of the
input, unless --echo, --record or --wait is given; at Ctrl+C.
Exit status: 0 all well, 2 wrong usage or an unreadable file, 3 could not connect or did not end well.
`;

interface Options {
  readonly header?: readonly string[];
  readonly subprotocol?: readonly string[];
  readonly timeout: number;
  readonly closeTimeout: number;
  readonly maxPayload: number;
  readonly deflate: boolean;
  readonly echo?: true;
  readonly record?: string;
  readonly quiet?: true;
  readonly json?: true;
  readonly wait?: number;
}

/** `duplex connect <url>` */
export function connectCommand({ workersFolder, finish }: CommandParts): Command {
  // One list for two options, so that their order on the command line is kept.
  const outgoing: Outgoing[] = [];
  return new Command('connect')
    .description('connect to a WebSocket server; lines of standard input are sent as text')
    .argument('<url>', 'ws:// or wss:// URL')
    .option('-H, --header <header>', "header of the handshake, 'Name: value'; repeatable", repeated)
    .option(
      '--subprotocol <names>',
      'subprotocols to offer, separated by commas, the preferred first',
      list,
      [],
    )
    .addOption(
      new Option('--timeout <duration>', 'how long the handshake may take')
        .argParser(duration)
        .default(DEFAULT_HANDSHAKE_TIMEOUT, `${DEFAULT_HANDSHAKE_TIMEOUT / 1000}s`),
    )
    .addOption(
      new Option('--close-timeout <duration>', 'how long the server may take to answer a close')
        .argParser(duration)
        .default(DEFAULT_CLOSE_TIMEOUT, `${DEFAULT_CLOSE_TIMEOUT / 1000}s`),
    )
    .addOption(
      new Option('--max-payload <size>', 'largest message to accept, 0 for no limit')
        .argParser(size)
        .default(DEFAULT_MAX_PAYLOAD, `${DEFAULT_MAX_PAYLOAD / MiB}MiB`),
    )
    .option('--no-deflate', 'do not offer compression (permessage-deflate)')
    .option('--send <text>', 'send a text message, before the input; repeatable', (text) => {
      outgoing.push({ text: sendable(text) });
    })
    .option('--send-file <file>', 'send a file as one binary message; repeatable', (file) => {
      outgoing.push({ file: readableFile(file) });
    })
    .option('--echo', 'answer each message with itself')
    .option('--record <folder>', 'record the session in this new folder')
    .option('--quiet', 'print nothing but errors; with --json only open, close and error')
    .option('--json', 'print one JSON object a line')
    .option('--wait <duration>', 'end this long after the last thing was sent', duration)
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: Options) => {
      const { timeout, closeTimeout, maxPayload, deflate } = options;
      const status = await connect(
        {
          options: {
            url,
            headers: (options.header ?? []).map(header),
            subprotocols: options.subprotocol ?? [],
            handshakeTimeout: timeout,
            closeTimeout,
            maxPayload,
            deflate,
          },
          outgoing,
          echo: options.echo ?? false,
          record: options.record,
          quiet: options.quiet ?? false,
          json: options.json ?? false,
          wait: options.wait,
        },
        workersFolder,
      );
      finish(status);
    });
}

/** Looked at before anything connects; read when its turn comes. */
function readableFile(file: string): string {
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isDirectory()) return file;
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${(error as Error).message}.`);
  }
  throw new InvalidArgumentError('It is a folder: name a file.');
}
