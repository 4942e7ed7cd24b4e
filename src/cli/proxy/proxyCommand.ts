import { Command } from 'commander';
import { NOT_OF_PROXIES } from '../../core/request/plan/directives.ts';
import { startProxy } from '../../engine/proxy/recordingProxy.ts';
import { addConnectionOptions, connectionOptionsOf } from '../connectionOptions.ts';
import { EXIT, type CommandParts } from '../exitStatus.ts';
import { addListenTlsOptions, listenCertificate, type ListenTlsOptions } from '../listenTls.ts';
import { connectUrl } from '../didYouMean.ts';
import { port } from '../optionValues.ts';
import { untilInterrupted } from '../untilInterrupted.ts';
import { warnOfEndlessHolds } from '../requestFiles/endlessHolds.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';
import { addRuleOptions, readRules, type RuleOptions } from './rules.ts';

const EXAMPLES = `
Examples:
  $ duplex proxy wss://api.example.test --port 8081
  $ duplex proxy ws://localhost:8080/echo --port 0 --record recordings --json
  $ duplex proxy wss://api.example.test --port 8081 --rules bad-network.ws

The first line of the output is its URL: let the application connect to it. It ends at Ctrl+C.
`;

interface Options extends RuleOptions, ListenTlsOptions {
  readonly port: number;
  readonly host: string;
  readonly record?: string;
  readonly json?: boolean;
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
  addListenTlsOptions(command);
  return addConnectionOptions(command, NOT_OF_PROXIES)
    .addHelpText('after', EXAMPLES)
    .action(async (target: string, options: Options) => {
      const connection = await withNamedTable(connectionOptionsOf({ ...options }));
      await runProxy(connectUrl(target), options, connection, workersFolder);
      finish(EXIT.ok);
    });
}

async function runProxy(
  target: string,
  { port, host, record, json = false, ...rest }: Options,
  options: ReturnType<typeof connectionOptionsOf>,
  workersFolder: string,
): Promise<void> {
  await untilInterrupted(
    { record, json, tls: rest },
    workersFolder,
    async ({ engine, rows, onFault, signal, onStop }) => {
      const certificate = await listenCertificate(rest, host);
      const rules = await readRules(engine, rest, signal);
      const proxy = await startProxy(engine, {
        target,
        host,
        port,
        certificate,
        options,
        onFault,
        tap: rows,
        rules,
      });
      onStop(() => proxy.stop());
      warnOfEndlessHolds(rules?.faults ?? []);
      return [{ url: proxy.url, host, certificate }];
    },
  );
}
