import { expression, headComments, indented, stepLines, stepsLeft, useOf, type Dialect } from './dialect.ts';
import {
  capturedVariables,
  createJavascriptDialect,
  javascriptHelpers,
  sendStatement,
} from './javascript.ts';
import { quoteJavaScript } from './literals.ts';
import type { Program, ProgramAct } from './program.ts';

/** A script for a page or the console of a browser. The WebSocket API sets no headers and sends no pings. */
export function writeBrowser(program: Program): string {
  const use = useOf(program);
  const dialect = createJavascriptDialect({ act });
  const lines = [
    ...headComments(program, dialect, ''),
    '(async () => {',
    ...indented(body(program, dialect), dialect.indent),
    ...indented(javascriptHelpers(use), dialect.indent),
    ...(use.sleeps
      ? [
          '',
          '  function sleep(milliseconds) {',
          '    return new Promise((resolve) => setTimeout(resolve, milliseconds));',
          '  }',
        ]
      : []),
    ...(use.binary
      ? [
          '',
          '  function bytes(base64) {',
          '    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));',
          '  }',
        ]
      : []),
    '})();',
  ];
  return `${lines.join('\n')}\n`;
}

function body(program: Program, dialect: Dialect): string[] {
  const subprotocols = program.subprotocols.map((each) => expression(each, dialect)).join(', ');
  return [
    ...program.variables
      .filter(({ environment }) => environment !== undefined)
      .map(({ name, environment }) => `const ${name} = prompt(${quoteJavaScript(environment!)});`),
    ...capturedVariables(program),
    `const socket = new WebSocket(${expression(program.url, dialect)}, [${subprotocols}]);`,
    "socket.binaryType = 'arraybuffer';",
    ...INBOX,
    'await new Promise((resolve, reject) => {',
    '  socket.onopen = resolve;',
    "  socket.onerror = () => reject(new Error('The connection failed.'));",
    '});',
    ...stepLines(program, dialect),
    '',
    'socket.close(1000);',
    'await ended;',
  ];
}

const INBOX = `const inbox = [];
let closed;
let wake = () => {};
socket.onmessage = ({ data }) => {
  console.log('<', data);
  inbox.push(data);
  wake();
};
const ended = new Promise((resolve) => {
  socket.onclose = ({ code, reason }) => {
    closed = \`\${code} \${reason}\`;
    wake();
    resolve();
  };
});`.split('\n');

export function leftBrowser(program: Program): string[] {
  const { headers, origin, insecure, ca, cert, proxy } = program;
  const names = [...headers.map(([name]) => name), ...(origin ? ['Origin'] : [])];
  return [
    ...(names.length > 0 ? [`a page cannot set headers (${names.join(', ')}).`] : []),
    ...(insecure || ca.length > 0 || cert !== '' ? ['a page cannot choose certificates.'] : []),
    ...(proxy ? ['a page cannot choose a proxy.'] : []),
    ...stepsLeft(program, createJavascriptDialect({ act })),
  ];
}

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  // The WebSocket API refuses other codes.
  if (act.kind === 'close' && act.code !== 1000 && (act.code < 3000 || act.code > 4999)) return undefined;
  return sendStatement(act, dialect, (base64) => `bytes(${base64})`);
}
