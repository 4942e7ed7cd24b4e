import { writeBrowser } from './browser.ts';
import { writeCurl, writeWebsocat, writeWscat } from './commandLines.ts';
import { writeDotnet } from './dotnet.ts';
import { writeGo } from './goWebsocket.ts';
import { writeJava } from './javaWebsocket.ts';
import { writeNodeWs } from './nodeWs.ts';
import { writeSocketIoClient } from './socketIoClient.ts';
import type { Program } from './program.ts';
import { writePythonWebsocketClient } from './pythonWebsocketClient.ts';
import { writePythonWebsockets } from './pythonWebsockets.ts';

/** A client for which programs can be generated. */
export interface CodeTarget {
  readonly label: string;
  /** VS Code's language id. */
  readonly language: string;
  readonly fileName: string;
  /** The protocol that it speaks, if it is not WebSocket alone: its requests name it. */
  readonly protocol?: 'socket.io';
  write(program: Program): string;
}

export const CODE_TARGETS = {
  'node-ws': { label: 'Node.js (ws)', language: 'javascript', fileName: 'client.mjs', write: writeNodeWs },
  browser: {
    label: 'Browser (WebSocket API)',
    language: 'javascript',
    fileName: 'client.js',
    write: writeBrowser,
  },
  'socket.io-client': {
    label: 'Node.js (socket.io-client)',
    language: 'javascript',
    fileName: 'client.mjs',
    protocol: 'socket.io',
    write: writeSocketIoClient,
  },
  'python-websocket-client': {
    label: 'Python (websocket-client)',
    language: 'python',
    fileName: 'client.py',
    write: writePythonWebsocketClient,
  },
  'python-websockets': {
    label: 'Python (websockets)',
    language: 'python',
    fileName: 'client.py',
    write: writePythonWebsockets,
  },
  'java-websocket': {
    label: 'Java (Java-WebSocket)',
    language: 'java',
    fileName: 'Main.java',
    write: writeJava,
  },
  'go-websocket': { label: 'Go (coder/websocket)', language: 'go', fileName: 'main.go', write: writeGo },
  dotnet: { label: 'C# (ClientWebSocket)', language: 'csharp', fileName: 'Program.cs', write: writeDotnet },
  curl: {
    label: 'curl (handshake only)',
    language: 'shellscript',
    fileName: 'handshake.sh',
    write: writeCurl,
  },
  wscat: { label: 'wscat', language: 'shellscript', fileName: 'client.sh', write: writeWscat },
  websocat: { label: 'websocat', language: 'shellscript', fileName: 'client.sh', write: writeWebsocat },
} as const satisfies Readonly<Record<string, CodeTarget>>;

export type CodeTargetId = keyof typeof CODE_TARGETS;
