import { accessSync, constants, statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandParts } from '../exitStatus.ts';
import { connect } from './connect.ts';
import { addConnectionOptions, connectionOptionsOf } from '../connectionOptions.ts';
import { connectUrl } from '../didYouMean.ts';
import { duration, sendable } from '../optionValues.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';
import { rawOption, rowFormOf } from '../output/rowForm.ts';
import type { Outgoing } from './sendInput.ts';

const EXAMPLES = `
Examples:
  $ duplex connect ws://localhost:8080/echo
  $ echo hello | duplex connect ws://localhost:8080/echo
  $ duplex connect wss://api.example.test/stream -H 'Authorization: Bearer …' --subprotocol v2.json,v1.json
  $ duplex connect ws://localhost:8080/json --send '{"op":"subscribe","channel":"BTC"}' --wait 2s --json
  $ duplex connect 'ws://localhost:3000/socket.io/?EIO=4&transport=websocket' --protocol socket.io --units
  $ duplex connect ws://localhost:8080/ticker --record ./ticks --quiet

It ends when the server closes; --wait after the last message was sent; one second of silence after the end of the
input, unless --echo, --record or --wait is given; at Ctrl+C.
Exit status: 0 all well, 2 wrong usage or an unreadable file, 3 could not connect, the connection
failed, or the server closed it with an error code.
`;

interface Options {
  readonly echo?: true;
  readonly record?: string;
  readonly quiet?: true;
  readonly json?: true;
  readonly raw?: true;
  readonly units?: true;
  readonly wait?: number;
}

/** `duplex connect <url>` */
export function connectCommand({ workersFolder, finish }: CommandParts): Command {
  // One list for both options, so that it keeps their order on the command line.
  const outgoing: Outgoing[] = [];
  const command = new Command('connect')
    .description('connect to a WebSocket server; lines of standard input are sent as text')
    .argument('<url>', 'ws://, wss:// or ws+unix: URL');
  return addConnectionOptions(command)
    .option('--send <text>', 'send a text message, before the input; repeatable', (text) => {
      outgoing.push({ text: sendable(text) });
    })
    .option('--send-file <file>', 'send a file as one binary message; repeatable', (file) => {
      outgoing.push({ file: readableFile(file) });
    })
    .option('--echo', 'echo each received message')
    .option('--record <folder>', 'record the session in this new folder')
    .option('--quiet', 'print only errors; with --json only open, close and error')
    .option('--json', 'print one JSON object per line')
    .addOption(rawOption())
    .option('--units', 'print decoded messages: events, calls, replies')
    .option('--wait <duration>', 'close this long after the last message was sent', duration)
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: Options) => {
      const status = await connect(
        {
          options: { url: connectUrl(url), ...(await withNamedTable(connectionOptionsOf({ ...options }))) },
          outgoing,
          echo: options.echo ?? false,
          record: options.record,
          quiet: options.quiet ?? false,
          form: rowFormOf(options),
          units: options.units ?? false,
          wait: options.wait,
        },
        workersFolder,
      );
      finish(status);
    });
}

/** Checks a file before anything connects. The file is read when it is sent. */
function readableFile(file: string): string {
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isDirectory()) return file;
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${(error as Error).message}.`);
  }
  throw new InvalidArgumentError('It is a folder: name a file.');
}
