import { leftBrowser, writeBrowser } from './browser.ts';
import { leftCurl, writeCurl, leftWebsocat, writeWebsocat, leftWscat, writeWscat } from './commandLines.ts';
import { leftDotnet, writeDotnet } from './dotnet.ts';
import { leftGo, writeGo } from './goWebsocket.ts';
import { leftJava, writeJava } from './javaWebsocket.ts';
import { leftNodeWs, writeNodeWs } from './nodeWs.ts';
import { leftSocketIoClient, writeSocketIoClient } from './socketIoClient.ts';
import type { Program } from './program.ts';
import { leftPythonWebsocketClient, writePythonWebsocketClient } from './pythonWebsocketClient.ts';
import { leftPythonWebsockets, writePythonWebsockets } from './pythonWebsockets.ts';

/** A client for which programs can be generated. */
export interface CodeTarget {
  readonly label: string;
  /** VS Code's language id. */
  readonly language: string;
  readonly fileName: string;
  /** The protocol that it speaks, if it is not WebSocket alone: its requests name it. */
  readonly protocol?: 'socket.io';
  /**
   * Sentences about parts of the program that this client does not support, in addition to `program.left`.
   */
  left(program: Program): readonly string[];
  /** @param program `left` names everything that it omits */
  write(program: Program): string;
}

/** A program in one language. */
export interface WrittenProgram {
  readonly text: string;
  /** Sentences about everything that it omits, as its head lists them. */
  readonly left: readonly string[];
}

export function writeProgram(target: CodeTarget, program: Program): WrittenProgram {
  const left = [...program.left, ...target.left(program)];
  return { text: target.write({ ...program, left }), left };
}

export const CODE_TARGETS = {
  'node-ws': {
    label: 'Node.js (ws)',
    language: 'javascript',
    fileName: 'client.mjs',
    left: leftNodeWs,
    write: writeNodeWs,
  },
  browser: {
    label: 'Browser (WebSocket API)',
    language: 'javascript',
    fileName: 'client.js',
    left: leftBrowser,
    write: writeBrowser,
  },
  'socket.io-client': {
    label: 'Node.js (socket.io-client)',
    language: 'javascript',
    fileName: 'client.mjs',
    protocol: 'socket.io',
    left: leftSocketIoClient,
    write: writeSocketIoClient,
  },
  'python-websocket-client': {
    label: 'Python (websocket-client)',
    language: 'python',
    fileName: 'client.py',
    left: leftPythonWebsocketClient,
    write: writePythonWebsocketClient,
  },
  'python-websockets': {
    label: 'Python (websockets)',
    language: 'python',
    fileName: 'client.py',
    left: leftPythonWebsockets,
    write: writePythonWebsockets,
  },
  'java-websocket': {
    label: 'Java (Java-WebSocket)',
    language: 'java',
    fileName: 'Main.java',
    left: leftJava,
    write: writeJava,
  },
  'go-websocket': {
    label: 'Go (coder/websocket)',
    language: 'go',
    fileName: 'main.go',
    left: leftGo,
    write: writeGo,
  },
  dotnet: {
    label: 'C# (ClientWebSocket)',
    language: 'csharp',
    fileName: 'Program.cs',
    left: leftDotnet,
    write: writeDotnet,
  },
  curl: {
    label: 'curl (handshake only)',
    language: 'shellscript',
    fileName: 'handshake.sh',
    left: leftCurl,
    write: writeCurl,
  },
  wscat: {
    label: 'wscat',
    language: 'shellscript',
    fileName: 'client.sh',
    left: leftWscat,
    write: writeWscat,
  },
  websocat: {
    label: 'websocat',
    language: 'shellscript',
    fileName: 'client.sh',
    left: leftWebsocat,
    write: writeWebsocat,
  },
} as const satisfies Readonly<Record<string, CodeTarget>>;

export type CodeTargetId = keyof typeof CODE_TARGETS;
