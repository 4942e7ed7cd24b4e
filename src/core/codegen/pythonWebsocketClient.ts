import { expression, headComments, stepLines, stepsLeft, useOf, type Dialect } from './dialect.ts';
import { isSocks, type Program, type ProgramAct, type Words } from './program.ts';
import {
  bytesOf,
  environmentVariables,
  headerPairs,
  needsTls,
  createPythonDialect,
  pythonHelpers,
  pipInstall,
  pythonImports,
  readFile,
  pythonTls,
} from './python.ts';

export function leftPythonWebsocketClient(program: Program): string[] {
  return [
    ...(program.proxy && !knownProxy(program)
      ? ['the proxy: websocket-client speaks no TLS with a proxy.']
      : []),
    ...stepsLeft(program, createPythonDialect({ wait: '', sleep: 'time.sleep', act })),
  ];
}

function knownProxy({ proxy }: Program): Words | undefined {
  const [scheme] = proxy ?? [];
  return typeof scheme === 'string' && /^https:/i.test(scheme) ? undefined : proxy;
}

/** A script for Python with websocket-client, which blocks. */
export function writePythonWebsocketClient(program: Program): string {
  const use = useOf(program);
  const dialect = createPythonDialect({ wait: '', sleep: 'time.sleep', act });
  const lines = [
    ...headComments(
      program,
      dialect,
      pipInstall('websocket-client', isSocks(program.proxy) ? ['python-socks'] : []),
    ),
    ...pythonImports(program, use, use.receives || use.sleeps ? ['time'] : []),
    ...(knownProxy(program) ? ['from urllib.parse import unquote, urlsplit'] : []),
    '',
    'import websocket',
    '',
    ...environmentVariables(program),
    ...(needsTls(program) ? pythonTls(program) : []),
    ...connect(program, dialect),
    ...(use.receives ? RECEIVE : []),
    ...pythonHelpers(use),
    ...stepLines(program, dialect),
    '',
    'ws.close()',
  ];
  return `${lines.join('\n')}\n`;
}

function connect(program: Program, dialect: Dialect): string[] {
  const { url, headers, origin, subprotocols, handshakeTimeout } = program;
  const proxy = knownProxy(program);
  const host = headers.find(([name]) => name.toLowerCase() === 'host');
  const lines = headerPairs(
    headers.filter((header) => header !== host),
    dialect,
  ).map(([name, value]) => `        ${name} + ": " + ${value},`);
  const [hostValue] = host ? headerPairs([host], dialect).map(([, value]) => value) : [];
  return [
    ...(proxy ? [`proxy = urlsplit(${expression(proxy, dialect)})`] : []),
    'ws = websocket.create_connection(',
    `    ${expression(url, dialect)},`,
    `    timeout=${handshakeTimeout / 1000},`,
    ...(lines.length > 0 ? ['    header=[', ...lines, '    ],'] : []),
    ...(hostValue === undefined ? [] : [`    host=${hostValue},`]),
    origin ? `    origin=${expression(origin, dialect)},` : '    suppress_origin=True,',
    ...(subprotocols.length > 0
      ? [`    subprotocols=[${subprotocols.map((each) => expression(each, dialect)).join(', ')}],`]
      : []),
    ...(needsTls(program) ? ['    sslopt={"context": tls},'] : []),
    ...(proxy
      ? [
          '    http_proxy_host=proxy.hostname,',
          '    http_proxy_port=proxy.port,',
          '    proxy_type=proxy.scheme,',
          '    http_proxy_auth=(unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None,',
          '    # By default there is no proxy for localhost.',
          '    http_no_proxy=["none"],',
        ]
      : []),
    ')',
  ];
}

const RECEIVE = `inbox = []


def receive(within, test=lambda message: True):
    """Takes the oldest message that passes the test; the others stay in the inbox."""
    end = time.monotonic() + within
    for index, message in enumerate(inbox):
        if test(message):
            return inbox.pop(index)
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise SystemExit(f"No such message within {within} s.")
        ws.settimeout(left)
        try:
            opcode, data = ws.recv_data()
        except websocket.WebSocketTimeoutException:
            continue
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise SystemExit("The server closed the connection.")
        message = data.decode() if opcode == websocket.ABNF.OPCODE_TEXT else data
        print("<", message)
        if test(message):
            return message
        inbox.append(message)`.split('\n');

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  switch (act.kind) {
    case 'text':
      return [`ws.send(${expression(act.text, dialect)})`];
    case 'binary':
      return [`ws.send_binary(${bytesOf(act.data, dialect)})`];
    case 'ping':
      return [`ws.ping(${bytesOf(act.data, dialect)})`];
    case 'close':
      return [`ws.close(${act.code}, (${expression(act.reason, dialect)}).encode())`];
    case 'file':
      return [
        act.as === 'text'
          ? `ws.send(${readFile(act.path, 'text')})`
          : `ws.send_binary(${readFile(act.path, 'binary')})`,
      ];
    case 'emit':
    case 'connect':
      return undefined;
  }
}
