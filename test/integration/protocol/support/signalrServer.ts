import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { type WebSocket, WebSocketServer } from 'ws';
import type { WireMessage } from '../../../../src/core/protocol/protocolModule.ts';

// A hub as docs/specs/HubProtocol.md and TransportProtocols.md of ASP.NET Core describe it, with the methods of that document's examples.
// It shares no code with what it tests.

/** The answer to `POST /hub/negotiate`. */
export type Negotiation =
  'token' | 'version 0' | 'stateful' | 'redirect' | 'error' | 'no WebSockets' | 'not JSON' | 'missing';

export interface HubServer {
  /** ws://… of the hub. */
  readonly url: string;
  /** Every message of every connection, as it travelled. */
  readonly messages: readonly WireMessage[];
  /** Requests in order, as in `POST /hub/negotiate?negotiateVersion=1`. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  /** Cuts all connections without a close frame. */
  drop(): void;
  end(): void;
}

interface Call {
  readonly type: number;
  readonly id: string | undefined;
  readonly target: string;
  readonly args: readonly unknown[];
  readonly streamIds: readonly string[];
  readonly item?: unknown;
  readonly error?: unknown;
  readonly sequence?: number | undefined;
}

const TOKEN = '05265228-1e2c-46c5-82a1-6a5bcc3f0143';

export async function hubServer(
  negotiation: Negotiation = 'token',
  formats: readonly string[] = ['json', 'messagepack'],
  elsewhere?: string,
): Promise<HubServer> {
  const messages: WireMessage[] = [];
  const requests: { line: string; authorization: string | undefined }[] = [];
  const note = ({ method, url, headers }: IncomingMessage): void => {
    requests.push({ line: `${method} ${url}`, authorization: headers.authorization });
  };
  const http = createServer((request, response) => {
    note(request);
    const { port } = http.address() as AddressInfo;
    const isMoved = request.url?.startsWith('/moved/') === true;
    if (negotiation === 'missing' || request.method !== 'POST') {
      response.writeHead(negotiation === 'missing' ? 404 : 405).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      answerTo(
        isMoved ? 'token' : negotiation,
        elsewhere?.replace(/^ws/, 'http') ?? `http://127.0.0.1:${port}/moved/hub`,
      ),
    );
  });
  const sockets = new WebSocketServer({ server: http });
  const state: HubState = { format: undefined, sent: 0, received: 0 };
  sockets.on('connection', (socket, request) => {
    note(request);
    serveHub(socket, messages, formats, negotiation === 'stateful' ? state : undefined);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/hub`,
    messages,
    requests,
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
    end() {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
      http.closeAllConnections();
    },
  };
}

function answerTo(negotiation: Negotiation, elsewhere: string): string {
  const availableTransports = [
    { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
    { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
  ];
  switch (negotiation) {
    case 'redirect':
      return JSON.stringify({
        url: elsewhere,
        accessToken: 'token-of-the-redirect',
      });
    case 'error':
      return JSON.stringify({ error: 'This connection is not allowed.' });
    case 'version 0':
      return JSON.stringify({ connectionId: 'id-of-version-0', negotiateVersion: 0, availableTransports });
    case 'no WebSockets':
      return JSON.stringify({
        connectionId: 'a',
        connectionToken: 'b',
        negotiateVersion: 1,
        availableTransports: availableTransports.slice(1),
      });
    case 'not JSON':
      return '<html>';
    case 'stateful':
      return JSON.stringify({
        connectionToken: TOKEN,
        connectionId: '807809a5',
        negotiateVersion: 1,
        useStatefulReconnect: true,
        availableTransports,
      });
    default:
      return JSON.stringify({
        connectionToken: TOKEN,
        connectionId: '807809a5',
        negotiateVersion: 1,
        availableTransports,
      });
  }
}

/** The state that outlives the socket of a connection with stateful reconnect. */
interface HubState {
  format: 'json' | 'messagepack' | undefined;
  /** Messages of the types 1 to 5, which have a sequence number. */
  sent: number;
  received: number;
}

function serveHub(
  socket: WebSocket,
  log: WireMessage[],
  formats: readonly string[],
  stateful: HubState | undefined,
): void {
  let format = stateful?.format;
  const cancelled = new Set<string>();
  const sums = new Map<string, { id: string; sum: number }>();
  const uploads = new Map<string, unknown[]>();
  const post = (data: string | Uint8Array): void => {
    const isText = typeof data === 'string';
    log.push({ from: 'server', kind: isText ? 'text' : 'binary', data: isText ? Buffer.from(data) : data });
    socket.send(data);
  };
  /** Both forms of one message. Several go into one message of WebSocket. */
  const send = (...forms: (readonly [json: object, list: readonly unknown[]])[]): void => {
    if (stateful) stateful.sent += forms.filter(([, [type]]) => (type as number) <= 5).length;
    if (format === 'json') post(forms.map(([json]) => `${JSON.stringify(json)}\u001e`).join(''));
    else post(Buffer.concat(forms.map(([, list]) => framed(encode(list)))));
  };
  const item = (id: string, value: unknown) =>
    [{ type: 2, invocationId: id, item: value }, [2, {}, id, value]] as const;
  const completion = (id: string, result?: unknown) =>
    result === undefined
      ? ([{ type: 3, invocationId: id }, [3, {}, id, 2]] as const)
      : ([{ type: 3, invocationId: id, result }, [3, {}, id, 3, result]] as const);
  const failure = (id: string, error: string) =>
    [{ type: 3, invocationId: id, error }, [3, {}, id, 1, error]] as const;
  const invocation = (target: string, args: unknown[], id?: string) =>
    [
      { type: 1, ...(id !== undefined && { invocationId: id }), target, arguments: args },
      [1, {}, id ?? null, target, args, []],
    ] as const;

  const invoked = async ({ type, id, target, args, streamIds }: Call): Promise<void> => {
    const [first, second] = args as [number, number];
    if (type === 4) {
      for (let n = 0; n < first && !cancelled.has(id!); n++) {
        send(item(id!, n));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      send(target === 'StreamFailure' ? failure(id!, 'Ran out of data!') : completion(id!));
      return;
    }
    switch (target) {
      case 'Add':
        send(completion(id!, first + second));
        return;
      case 'Echo':
        send(completion(id!, args[0]));
        return;
      case 'NonBlocking':
        send(invocation('message', [args[0], 'seen']), [{ type: 6 }, [6]]);
        return;
      case 'AddStream':
        sums.set(streamIds[0]!, { id: id!, sum: 0 });
        return;
      case 'Upload':
        for (const stream of streamIds) uploads.set(stream, []);
        return;
      case 'AskClient':
        send(invocation('getAnswer', [args[0]], 's-1'));
        send(completion(id!));
        return;
      case 'Leave':
        send([
          { type: 7, error: 'Connection closed because of an error!', allowReconnect: true },
          [7, 'Connection closed because of an error!', true],
        ]);
        socket.close(1000);
        return;
      default:
        send(failure(id!, "It didn't work!"));
    }
  };

  const hear = (call: Call): void => {
    const { type, id } = call;
    if (type === 1 || type === 4) void invoked(call);
    else if (type === 5) cancelled.add(id!);
    else if (type === 2 && sums.has(id!)) sums.get(id!)!.sum += call.item as number;
    else if (type === 3 && sums.has(id!)) {
      const { id: invocationId, sum } = sums.get(id!)!;
      sums.delete(id!);
      send(completion(invocationId, sum));
    } else if (type === 2) uploads.get(id!)?.push(call.item);
    else if (type === 3 && uploads.has(id!)) {
      send(invocation('uploaded', [uploads.get(id!), call.error ?? null]));
      uploads.delete(id!);
    } else if (type === 3) send(invocation('answered', [call.item]));
  };

  // Both sides state from which message on they send again; the client requests nothing.
  if (stateful && format !== undefined)
    send([{ type: 9, sequenceId: stateful.sent + 1 }, [9, stateful.sent + 1]]);

  socket.on('message', (data: Buffer, isBinary) => {
    log.push({ from: 'client', kind: isBinary ? 'binary' : 'text', data: new Uint8Array(data) });
    if (format === undefined) {
      const { protocol } = JSON.parse(data.toString().slice(0, -1)) as { protocol: string };
      if (!formats.includes(protocol)) {
        post(`{"error":"Requested protocol '${protocol}' is not available."}\u001e`);
        socket.close();
        return;
      }
      format = protocol as 'json' | 'messagepack';
      if (stateful) stateful.format = format;
      post(format === 'json' ? '{}\u001e' : Buffer.from('{}\u001e'));
      return;
    }
    const calls = format === 'json' ? jsonCalls(data.toString()) : binaryCalls(data);
    for (const call of calls) {
      hear(call);
      if (!stateful) continue;
      if (call.type === 9) stateful.received = call.sequence! - 1;
      else if (call.type <= 5) send([{ type: 8, sequenceId: ++stateful.received }, [8, stateful.received]]);
    }
  });
}

function jsonCalls(text: string): Call[] {
  return text
    .split('\u001e')
    .slice(0, -1)
    .map((record) => {
      const value = JSON.parse(record) as Record<string, unknown>;
      return {
        type: value['type'] as number,
        id: value['invocationId'] as string | undefined,
        target: value['target'] as string,
        args: (value['arguments'] ?? []) as unknown[],
        streamIds: (value['streamIds'] ?? []) as string[],
        item: value['item'] ?? value['result'],
        error: value['error'],
        sequence: value['sequenceId'] as number | undefined,
      };
    });
}

function binaryCalls(data: Buffer): Call[] {
  const calls: Call[] = [];
  for (let at = 0; at < data.length;) {
    let [length, shift] = [0, 0];
    for (;;) {
      const byte = data[at++]!;
      length |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) break;
    }
    const list = decode(data.subarray(at, at + length)) as unknown[];
    at += length;
    const [type, , id, third, fourth, streamIds] = list;
    calls.push({
      type: type as number,
      id: (id ?? undefined) as string | undefined,
      target: third as string,
      args: (fourth ?? []) as unknown[],
      streamIds: (streamIds ?? []) as string[],
      item: type === 3 ? fourth : third,
      error: type === 3 && third === 1 ? fourth : undefined,
      sequence: type === 9 ? (list[1] as number) : undefined,
    });
  }
  return calls;
}

function framed(body: Uint8Array): Buffer {
  const head: number[] = [];
  let length = body.length;
  for (; length > 0x7f; length >>= 7) head.push((length & 0x7f) | 0x80);
  return Buffer.from([...head, length, ...body]);
}
