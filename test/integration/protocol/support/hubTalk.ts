import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { expect, onTestFinished } from 'vitest';
import { createSignalrDecoder } from '../../../../src/core/protocol/signalr/signalrDecoder.ts';
import { toUnit } from '../../../../src/core/protocol/unit.ts';
import { hubServer, type HubServer } from './signalrServer.ts';

/** A hub that ends with the test. */
export async function testHub(...given: Parameters<typeof hubServer>): Promise<HubServer> {
  const hub = await hubServer(...given);
  onTestFinished(() => hub.end());
  return hub;
}

/** All transmitted messages, decoded by a fresh decoder. */
export function heard({ messages }: HubServer) {
  const decoder = createSignalrDecoder({ url: '', subprotocol: '' });
  return messages.flatMap((message) => {
    const { units, problems } = decoder.decode(message);
    expect(problems).toEqual([]);
    return units.map((unit) => ({ ...toUnit(unit), from: message.from }));
  });
}

/** The client of the package, over WebSocket. */
export async function packageClient(
  hub: HubServer,
  format: string,
  skipNegotiation: boolean,
  configure: (builder: HubConnectionBuilder) => void = () => undefined,
): Promise<HubConnection> {
  const builder = new HubConnectionBuilder()
    .configureLogging(LogLevel.None)
    .withUrl(hub.url.replace(/^ws/, 'http'), { transport: HttpTransportType.WebSockets, skipNegotiation });
  if (format === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  configure(builder);
  const connection = builder.build();
  connection.keepAliveIntervalInMilliseconds = 100;
  connection.on('getAnswer', (question: string) => `answer to ${question}`);
  await connection.start();
  return connection;
}
