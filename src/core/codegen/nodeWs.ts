import {
  base64Literal,
  expression,
  headComments,
  indented,
  stepLines,
  stepsLeft,
  useOf,
  type Dialect,
} from './dialect.ts';
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
  sendStatement,
} from './javascript.ts';
import { quoteJavaScript } from './literals.ts';
import type { Program, ProgramAct } from './program.ts';

export function leftNodeWs(program: Program): string[] {
  return stepsLeft(program, createJavascriptDialect({ act }));
}

/** A module for Node with the package ws. */
export function writeNodeWs(program: Program): string {
  const use = useOf(program);
  const dialect = createJavascriptDialect({ act });
  const options = connectionOptions(program, dialect);
  const lines = [
    ...headComments(program, dialect, nodeInstall(program, 'ws')),
    ...nodeImports(program, use, use.files),
    "import WebSocket from 'ws';",
    ...nodeVariables(program),
    ...capturedVariables(program),
    '',
    `const socket = new WebSocket(${expression(program.url, dialect)}, [${program.subprotocols
      .map((each) => expression(each, dialect))
      .join(', ')}], {`,
    ...indented(options, dialect.indent),
    '});',
    ...INBOX,
    ...javascriptHelpers(use),
    '',
    'try {',
    "  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));",
    "  socket.on('error', (error) => console.error(error.message));",
    ...indented(stepLines(program, dialect), dialect.indent),
    '',
    '  socket.close(1000);',
    '  await ended;',
    '} catch (error) {',
    '  console.error(error.message);',
    '  process.exitCode = 1;',
    '  socket.terminate();',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

const INBOX = `
const inbox = [];
let closed;
let wake = () => {};
socket.on('message', (data, isBinary) => {
  const message = isBinary ? data : data.toString();
  console.log('<', message);
  inbox.push(message);
  wake();
});
const ended = new Promise((resolve) => {
  socket.on('close', (code, reason) => {
    closed = \`\${code} \${reason}\`;
    wake();
    resolve();
  });
});`.split('\n');

function connectionOptions(program: Program, dialect: Dialect): string[] {
  const { origin, handshakeTimeout } = program;
  const headers = nodeHeaders(program, dialect);
  return [
    `handshakeTimeout: ${handshakeTimeout},`,
    ...(origin ? [`origin: ${expression(origin, dialect)},`] : []),
    ...(headers.length > 0 ? ['headers: {', ...indented(headers, dialect.indent), '},'] : []),
    ...nodeTlsOptions(program),
    ...nodeProxyOption(program, dialect),
  ];
}

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  const decode = (base64: string): string => `Buffer.from(${base64}, 'base64')`;
  if (act.kind === 'ping') return [`socket.ping(${decode(base64Literal(act.data, dialect))});`];
  if (act.kind === 'file')
    return [`socket.send(readFileSync(${quoteJavaScript(act.path)}), { binary: ${act.as === 'binary'} });`];
  return sendStatement(act, dialect, decode);
}
