import { Command } from 'commander';
import type { CommandParts } from '../exitStatus.ts';
import { addConnectionOptions, connectionOptionsOf } from '../connectionOptions.ts';
import { connectUrl } from '../didYouMean.ts';
import { duration, replaySpeed } from '../optionValues.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';
import { replay } from './replay.ts';

const EXAMPLES = `
Examples:
  $ duplex replay recordings/ticks --to ws://localhost:8080/stream
  $ duplex replay recordings/ticks --to wss://api.example.test/stream --speed max -H 'Authorization: Bearer …'
  $ duplex replay recordings/ticks --to ws://localhost:8080/stream --json --record again
  $ duplex replay recordings/ticks --to ws://localhost:8080/stream --json --quiet

It sends the messages of the recorded client and waits for the recorded answers. Each divergence is a note after the message.
Exit status: 0 no divergence, 1 a divergence, 2 wrong usage or an unreadable recording, 3 could not connect, or the
connection failed.
`;

const DEFAULT_WAIT = 10_000;

/** Connection options that do not apply, because a replay is one connection. */
const NOT_OF_A_REPLAY = ['reconnect', 'reconnect-delay', 'reconnect-max-delay', 'decode'];

interface Options {
  readonly to: string;
  readonly speed: number;
  readonly wait: number;
  readonly record?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** `duplex replay <recording> --to <url>` */
export function replayCommand({ workersFolder, finish }: CommandParts): Command {
  const command = new Command('replay')
    .description('send the messages of a recorded client, and compare the answers of the server')
    .argument('<recording>', 'folder of a recording')
    .requiredOption('--to <url>', 'ws://, wss:// or ws+unix: URL of the server')
    .option('--speed <speed>', 'original, max for no pauses, or a factor such as x4', replaySpeed, 1)
    .option(
      '--wait <duration>',
      'how long to wait for a recorded answer, beyond its recorded pause (default: 10s)',
      duration,
      DEFAULT_WAIT,
    );
  return addConnectionOptions(command, NOT_OF_A_REPLAY)
    .option('--record <folder>', 'record the new conversation in this new folder')
    .option('--quiet', 'print nothing but divergences and errors; with --json also open and close')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', EXAMPLES)
    .action(async (recording: string, options: Options) => {
      const { to, speed, wait, record, quiet = false, json = false } = options;
      const given = await withNamedTable(connectionOptionsOf({ ...options }));
      const connection = { url: connectUrl(to), ...given };
      finish(await replay(recording, { connection, speed, wait, record, quiet, json }, workersFolder));
    });
}
