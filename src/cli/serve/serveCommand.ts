import { Command } from 'commander';
import { startDemoServer } from '../../demo/demoServer.ts';
import { endpointList } from '../../demo/endpoints.ts';
import { programOf, type CommandParts } from '../commandLine.ts';
import { EXIT } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { port } from '../optionValues.ts';
import { tell } from '../output/tell.ts';

const DEFAULT_PORT = 8080;

const EXAMPLES = `
Examples:
  $ duplex serve
  $ duplex serve --port 0

The first line of the output is its URL. What a client does against the protocol goes to stderr.
It ends at Ctrl+C.
`;

interface Options {
  readonly port: number;
  readonly host: string;
}

/** `duplex serve`: the demo server, in the foreground. */
export function serveCommand({ finish }: CommandParts): Command {
  return new Command('serve')
    .description('run the demo server')
    .option('--port <port>', 'port to listen on, 0 for any free port', port, DEFAULT_PORT)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const server = await startDemoServer({ ...options, onFault: tell });
      const stopped = new Promise<void>((resolve) => {
        onInterrupts(resolve, () => process.exit(EXIT.ok));
      });
      // A program that only reads the URL may close the output; the server continues.
      for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
      process.stdout.write(`${server.url}\n${endpointList(server.url)}`);
      await stopped;
      await server.close();
      finish(EXIT.ok);
    });
}

/** `duplex serve` alone. */
export const serveProgram = programOf([serveCommand]);
