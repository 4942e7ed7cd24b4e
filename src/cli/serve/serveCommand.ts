import { Command } from 'commander';
import { startDemoServer } from '../../demo/demoServer.ts';
import { endpointList } from '../../demo/endpoints.ts';
import { DuplexError } from '../../shared/errors.ts';
import { EXIT, type CommandParts } from '../exitStatus.ts';
import {
  addListenTlsOptions,
  listenCertificate,
  printCertificates,
  type ListenTlsOptions,
} from '../listenTls.ts';
import { onInterrupts } from '../interrupts.ts';
import { port, repeated, replaySpeed, tableFile, variable } from '../optionValues.ts';
import { printSentence } from '../output/printSentence.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';

const DEFAULT_PORT = 8080;

const EXAMPLES = `
Examples:
  $ duplex serve
  $ duplex serve --port 0
  $ duplex serve servers.ws
  $ duplex serve servers.ws ticks --port 9000 --record recordings --json
  $ duplex serve servers.ws --tls --tls-save ca.pem
  $ duplex serve --replay recordings/ticks --speed x4 --port 9000

Without a file it is the demo server. With one it runs its SERVE and PROXY blocks: all, or those of these names.
The first lines of the output are the URLs. Violations of the protocol by clients go to stderr.
It ends at Ctrl+C.
`;

interface Options extends ListenTlsOptions {
  readonly port?: number;
  readonly host?: string;
  readonly env?: string;
  readonly var?: readonly string[];
  readonly protocol?: string;
  readonly record?: string;
  readonly json?: true;
  readonly allowCommands?: true;
  readonly replay?: string;
  readonly speed?: number;
}

/** `duplex serve`: the demo server, or the servers of a request file, in the foreground. */
export function serveCommand({ workersFolder, finish }: CommandParts): Command {
  const command = new Command('serve')
    .description('run the demo server, or the servers of a request file')
    .argument('[file]', 'a request file with SERVE or PROXY blocks')
    .argument('[names...]', 'only the blocks of these names')
    .option(
      '--port <port>',
      `port to listen on, 0 for any free port (default: what the file says, or ${DEFAULT_PORT})`,
      port,
    )
    .option('--host <address>', 'address to listen on (default: what the file says, or 127.0.0.1)')
    .option('--env <name>', 'the environment; it takes precedence over @env in the file')
    .option('--var <name=value>', 'give a variable a value, whatever the file says; repeatable', repeated)
    .option('--allow-commands', 'let {{$command …}} in the file run programs')
    .option(
      '--protocol <file>',
      'a protocol table (*.protocol.json) that the file or the recording uses',
      tableFile,
    )
    .option('--record <folder>', 'record each connection in its own folder below this one')
    .option('--replay <recording>', 'play the server of this recording to each client')
    .option(
      '--speed <speed>',
      'of a replay: original, max for no pauses, or a factor such as x4 (default: original)',
      replaySpeed,
    )
    .option('--json', 'print one JSON object per line, with the number of the connection');
  addListenTlsOptions(command);
  return command
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, names: readonly string[], options: Options) => {
      if (file === undefined && options.replay === undefined && options.protocol !== undefined)
        throw new DuplexError(
          'call.invalid',
          '--protocol is for the blocks of a file or for a recording: name one of them, or leave it out.',
        );
      await withNamedTable(options);
      if (options.replay !== undefined) await serveReplay(file, options.replay, options, workersFolder);
      else if (options.speed !== undefined)
        throw new DuplexError(
          'call.invalid',
          '--speed applies to a replay: name its recording with --replay.',
        );
      else if (file === undefined) await serveDemo(options);
      else {
        const { serveFile } = await import('./serveFile.ts');
        const { env, host, port, record, json = false, allowCommands = false } = options;
        const chosen = { environment: env, overrides: new Map((options.var ?? []).map(variable)) };
        const settings = { names, chosen, host, port, tls: options, record, json, allowCommands };
        await serveFile(file, settings, workersFolder);
      }
      finish(EXIT.ok);
    });
}

async function serveReplay(
  file: string | undefined,
  recording: string,
  options: Options,
  workersFolder: string,
): Promise<void> {
  if (file !== undefined)
    throw new DuplexError(
      'call.invalid',
      '--replay plays a recording instead of a file: leave out one of them.',
    );
  const { serveRecording } = await import('./serveRecording.ts');
  const { port = DEFAULT_PORT, host = '127.0.0.1', speed = 1, record, json = false } = options;
  await serveRecording(recording, { port, host, tls: options, speed, record, json }, workersFolder);
}

async function serveDemo({ port = DEFAULT_PORT, host = '127.0.0.1', ...tls }: Options): Promise<void> {
  const certificate = await listenCertificate(tls, host);
  const server = await startDemoServer({ port, host, tls: certificate?.context, onFault: printSentence });
  const stopped = new Promise<void>((resolve) => {
    onInterrupts(resolve, () => process.exit(EXIT.ok));
  });
  // A program that reads only the URL may close the output; the server continues.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  process.stdout.write(`${server.url}\n${endpointList(server.url)}`);
  try {
    await printCertificates([{ url: server.url, certificate }], tls);
    await stopped;
  } finally {
    await server.close();
  }
}
