import { expression, headComments, indented, stepLines, stepsLeft, useOf, type Dialect } from './dialect.ts';
import {
  capturedVariables,
  nodeHeaders,
  nodeImports,
  nodeInstall,
  nodeProxyOption,
  nodeTlsOptions,
  nodeVariables,
  createJavascriptDialect,
  javascriptHelpers,
} from './javascript.ts';
import { quoteJavaScript } from './literals.ts';
import type { Program, ProgramAct } from './program.ts';

export function leftSocketIoClient(program: Program): string[] {
  const connects = program.steps.filter(({ act }) => act?.kind === 'connect');
  return [
    ...(connects.length > 1 ? ['all namespaces but the first: this program has one socket.'] : []),
    ...stepsLeft(program, createJavascriptDialect({ act })),
  ];
}

/** A module for Node with the package socket.io-client, for requests whose protocol is Socket.IO. */
export function writeSocketIoClient(program: Program): string {
  const use = useOf(program);
  const emits = program.steps.flatMap(({ act }) => (act?.kind === 'emit' ? [act] : []));
  const connects = program.steps.find(({ act }) => act?.kind === 'connect')?.act;
  const auth = connects?.kind === 'connect' && connects.auth.length > 0 ? connects.auth : undefined;
  const namespace = connects?.kind === 'connect' ? connects.namespace : '/';
  const dialect = createJavascriptDialect({ act });
  const lines = [
    ...headComments(program, dialect, nodeInstall(program, 'socket.io-client')),
    ...nodeImports(program, use, false),
    "import { io } from 'socket.io-client';",
    ...nodeVariables(program),
    ...capturedVariables(program),
    '',
    `const address = new URL(${expression(program.url, dialect)});`,
    'const query = Object.fromEntries(address.searchParams);',
    '// The client adds these itself.',
    'delete query.EIO;',
    'delete query.transport;',
    "const origin = `${address.protocol === 'wss:' ? 'https' : 'http'}://${address.host}`;",
    `const socket = io(origin + ${quoteJavaScript(namespace === '/' ? '' : namespace)}, {`,
    ...indented(connectionOptions(program, dialect, auth && expression(auth, dialect)), dialect.indent),
    '});',
    ...INBOX,
    ...(emits.some(({ asksAck }) => asksAck) ? CALL : []),
    ...javascriptHelpers(use),
    '',
    'try {',
    "  await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));",
    ...indented(stepLines(program, dialect), dialect.indent),
    '',
    '  socket.disconnect();',
    '} catch (error) {',
    '  console.error(error.message);',
    '  process.exitCode = 1;',
    '  socket.disconnect();',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Events and acknowledgements as JSON, so that conditions read them like messages. */
const INBOX = `
const inbox = [];
let closed;
let wake = () => {};
function arrived(unit) {
  const message = JSON.stringify(unit);
  console.log('<', message);
  inbox.push(message);
  wake();
}
socket.onAny((name, ...payload) => arrived({ type: 'event', name, payload }));
socket.on('disconnect', (reason) => {
  closed = reason;
  wake();
});`.split('\n');

const CALL = `
let calls = 0;
function call(name, ...args) {
  const id = ++calls;
  socket.emit(name, ...args, (...payload) => arrived({ type: 'reply', name, payload, call: id }));
}`.split('\n');

function connectionOptions(program: Program, dialect: Dialect, auth: string | undefined): string[] {
  const { origin, subprotocols, handshakeTimeout } = program;
  const headers = [
    ...(origin ? [`Origin: ${expression(origin, dialect)},`] : []),
    ...nodeHeaders(program, dialect),
  ];
  return [
    'path: address.pathname,',
    'query,',
    "transports: ['websocket'],",
    'reconnection: false,',
    `timeout: ${handshakeTimeout},`,
    ...(auth === undefined ? [] : [`auth: JSON.parse(${auth}),`]),
    ...(headers.length > 0 ? ['extraHeaders: {', ...indented(headers, dialect.indent), '},'] : []),
    ...(subprotocols.length > 0
      ? [`protocols: [${subprotocols.map((each) => expression(each, dialect)).join(', ')}],`]
      : []),
    ...nodeTlsOptions(program),
    ...nodeProxyOption(program, dialect),
  ];
}

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  if (act.kind === 'connect') return [];
  if (act.kind !== 'emit') return undefined;
  const args = act.args.length === 0 ? '' : `, ...[JSON.parse(${expression(act.args, dialect)})].flat()`;
  return [`${act.asksAck ? 'call' : 'socket.emit'}(${expression(act.event, dialect)}${args});`];
}
