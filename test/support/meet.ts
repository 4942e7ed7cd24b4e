import type { Socket } from 'node:net';
import { connectOptions } from '../../src/core/session/options/connectOptions.ts';
import type { Connection, Evidence } from '../../src/net/connection.ts';
import { createConnector } from '../../src/net/wsConnection.ts';
import type { ConnectOptions } from '../../src/shared/session.ts';
import type { CloseDetail } from '../../src/shared/timeline.ts';
import { rawServer, switching } from './rawServer.ts';
import { readFrames } from './wire.ts';
import type { ReceivedFrame } from './wire.ts';

export interface Meeting {
  readonly messages: { kind: string; payload: Buffer; flags: number; canSend: boolean }[];
  error: { code: string; message: string; evidence: Evidence } | undefined;
  close: number | undefined;
  closeDetail: CloseDetail | undefined;
  /** The frames that the server received. */
  readonly received: ReceivedFrame[];
  /** Milliseconds from the open to the error. */
  failedAfter: number;
}

export const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate';

/** Connects to a server that does what `serve` says once the handshake is done; answers at the connection's end. */
export async function meet(
  serve: (socket: Socket) => void,
  options: Partial<ConnectOptions> = {},
  extension?: string,
): Promise<Meeting> {
  const outcome: Meeting = {
    messages: [],
    error: undefined,
    close: undefined,
    closeDetail: undefined,
    received: [],
    failedAfter: 0,
  };
  const { url } = await rawServer((socket, request) => {
    socket.write(extension === undefined ? switching(request) : switching(request, extension));
    readFrames(socket, (frame) => {
      outcome.received.push(frame);
      // The close handshake of a well-behaved server.
      if ((frame.first & 15) === 8) socket.end();
    });
    serve(socket);
  });
  const given = { url, deflate: extension !== undefined, closeTimeout: 500, ...options };
  let opened = 0;
  await new Promise<void>((resolve) => {
    const connection: Connection = createConnector()(connectOptions(given), {
      onOpen: () => (opened = performance.now()),
      onMessage: (kind, payload, flags) =>
        outcome.messages.push({ kind, payload: Buffer.from(payload), flags, canSend: connection.canSend }),
      onControl: () => {},
      onError({ code, message }, evidence) {
        outcome.error = { code, message, evidence };
        outcome.failedAfter = performance.now() - opened;
      },
      onEnd(close) {
        outcome.close = close?.code;
        outcome.closeDetail = close;
        void connection.finished.then(resolve);
      },
    });
  });
  return outcome;
}

export const sending =
  (...bytes: Uint8Array[]) =>
  (socket: Socket) =>
    void socket.write(Buffer.concat(bytes));

/** The close code that the server received. */
export function sentCode({ received }: Meeting): number | undefined {
  const close = received.find(({ first }) => first === 0x88);
  return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
}
