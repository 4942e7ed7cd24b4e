import { Command } from 'commander';
import { Engine } from '../../engine/engine.ts';
import { startProxy } from '../../engine/proxy/recordingProxy.ts';
import { type CommandParts } from '../commandLine.ts';
import { addConnectionOptions, connectionOptionsOf } from '../connectionOptions.ts';
import { EXIT } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { recordFolder } from '../recordings/recordFolder.ts';
import { connectUrl } from '../didYouMean.ts';
import { port } from '../optionValues.ts';
import { createOutput } from '../output/output.ts';
import { numberedRows, tellOpenHost } from '../output/numberedRows.ts';
import { namedProtocol } from '../requestFiles/protocolTables.ts';
import { tell } from '../output/tell.ts';
import { addRuleOptions, readRules, type RuleOptions } from './rules.ts';

const EXAMPLES = `
Examples:
  $ duplex proxy wss://api.example.test --port 8081
  $ duplex proxy ws://localhost:8080/echo --port 0 --record recordings --json
  $ duplex proxy wss://api.example.test --port 8081 --rules bad-network.ws

The first line of the output is its URL: let the application connect to it. It ends at Ctrl+C.
`;

interface Options extends RuleOptions {
  readonly port: number;
  readonly host: string;
  readonly record?: string;
  readonly json?: true;
}

/** `duplex proxy <target>`: shows and records the traffic between clients and a server. */
export function proxyCommand({ workersFolder, finish }: CommandParts): Command {
  const command = new Command('proxy')
    .description('listen for clients and connect each of them to a server; print and record the traffic')
    .argument('<target>', 'ws:// or wss:// URL; without a path, the path of each client is kept')
    .requiredOption('--port <port>', 'port to listen on, 0 for any free port', port)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--record <folder>', 'record each connection in its own folder below this one')
    .option('--json', 'print one JSON object per line, with the number of the connection');
  addRuleOptions(command);
  return addConnectionOptions(command, ['subprotocol', 'reconnect', 'heartbeat', 'no-auto-pong'])
    .addHelpText('after', EXAMPLES)
    .action(async (target: string, options: Options) => {
      const connection = await namedProtocol(connectionOptionsOf({ ...options }));
      await runProxy(connectUrl(target), options, connection, workersFolder);
      finish(EXIT.ok);
    });
}

async function runProxy(
  target: string,
  { port, host, record, json, ...rules }: Options,
  options: ReturnType<typeof connectionOptionsOf>,
  workersFolder: string,
): Promise<void> {
  const folder = record === undefined ? undefined : await recordFolder(record);
  const engine = new Engine({
    workersFolder,
    ...(folder !== undefined && { recordingsFolder: folder }),
    onError: ({ message }) => tell(message),
  });
  try {
    // A program that only reads the URL may close the output; the proxy continues.
    const output = createOutput(process.stdout, { onGone: () => {} });
    const stopping = new AbortController();
    const proxy = await startProxy(engine, {
      target,
      host,
      port,
      options,
      onFault: tell,
      tap: numberedRows(output, json ?? false),
      rules: await readRules(engine, rules, stopping.signal),
    });
    const stopped = new Promise<void>((resolve) => {
      onInterrupts(
        () => {
          stopping.abort();
          resolve();
        },
        () => process.exit(EXIT.ok),
      );
    });
    output.write(`${proxy.url}\n`);
    tellOpenHost(host);
    await stopped;
    await proxy.stop();
    await output.flush();
  } finally {
    await engine.dispose();
  }
}
