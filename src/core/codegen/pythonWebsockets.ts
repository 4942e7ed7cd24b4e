import { expression, headComments, indented, stepLines, stepsLeft, useOf, type Dialect } from './dialect.ts';
import { isSocks, type Program, type ProgramAct } from './program.ts';
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

export function leftPythonWebsockets(program: Program): string[] {
  const hasCredentials = (program.proxy ?? []).some((word) => typeof word === 'string' && word.includes('@'));
  return [
    ...(hasCredentials
      ? ['% in the user and password of the proxy: websockets sends them as they stand in the URL.']
      : []),
    ...stepsLeft(program, createPythonDialect({ wait: 'await ', sleep: 'asyncio.sleep', act })),
  ];
}

/** Whether the program inspects the argument names of the installed release. */
function isInspected({ headers, proxy }: Program): boolean {
  return headers.length > 0 || proxy !== undefined;
}

/** A script for Python with websockets, which is asynchronous. */
export function writePythonWebsockets(program: Program): string {
  const use = useOf(program);
  const dialect = createPythonDialect({ wait: 'await ', sleep: 'asyncio.sleep', act });
  const lines = [
    ...headComments(
      program,
      dialect,
      pipInstall('websockets', isSocks(program.proxy) ? ['python-socks[asyncio]'] : []),
    ),
    ...pythonImports(program, use, [
      'asyncio',
      ...(isInspected(program) ? ['inspect'] : []),
      ...(use.receives ? ['time'] : []),
    ]),
    '',
    'import websockets',
    '',
    ...environmentVariables(program),
    ...(needsTls(program) ? pythonTls(program) : []),
    ...pythonHelpers(use),
    '',
    'async def main():',
    ...indented(connect(program, dialect), dialect.indent),
    ...indented(
      indented(
        [...(use.receives ? RECEIVE : []), ...stepLines(program, dialect), '', 'await ws.close()'],
        dialect.indent,
      ),
      dialect.indent,
    ),
    '',
    '',
    'asyncio.run(main())',
  ];
  return `${lines.join('\n')}\n`;
}

function connect(program: Program, dialect: Dialect): string[] {
  const { url, headers, origin, subprotocols, proxy, handshakeTimeout } = program;
  const pairs = headerPairs(headers, dialect).map(([name, value]) => `    (${name}, ${value}),`);
  return [
    'options = {',
    `    "open_timeout": ${handshakeTimeout / 1000},`,
    '    "max_size": None,',
    ...(origin ? [`    "origin": ${expression(origin, dialect)},`] : []),
    ...(subprotocols.length > 0
      ? [`    "subprotocols": [${subprotocols.map((each) => expression(each, dialect)).join(', ')}],`]
      : []),
    ...(needsTls(program) ? ['    "ssl": tls,'] : []),
    '}',
    ...(isInspected(program) ? ['known = inspect.signature(websockets.connect).parameters'] : []),
    ...(proxy
      ? [
          'if "proxy" not in known:',
          '    raise SystemExit("Proxies need websockets 15 or later.")',
          `options["proxy"] = ${expression(proxy, dialect)}`,
        ]
      : []),
    ...(pairs.length > 0
      ? [
          '# Releases before 14 call it extra_headers.',
          'options["additional_headers" if "additional_headers" in known else "extra_headers"] = [',
          ...pairs,
          ']',
        ]
      : []),
    `async with websockets.connect(${expression(url, dialect)}, **options) as ws:`,
  ];
}

const RECEIVE = `inbox = []

async def receive(within, test=lambda message: True):
    """Takes the oldest message that passes the test; the others stay in the inbox."""
    end = time.monotonic() + within
    for index, message in enumerate(inbox):
        if test(message):
            return inbox.pop(index)
    while True:
        try:
            message = await asyncio.wait_for(ws.recv(), max(end - time.monotonic(), 0.001))
        except asyncio.TimeoutError:
            raise SystemExit(f"No such message within {within} s.")
        print("<", message)
        if test(message):
            return message
        inbox.append(message)
`.split('\n');

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  switch (act.kind) {
    case 'text':
      return [`await ws.send(${expression(act.text, dialect)})`];
    case 'binary':
      return [`await ws.send(${bytesOf(act.data, dialect)})`];
    case 'ping':
      return [`await ws.ping(${bytesOf(act.data, dialect)})`];
    case 'close':
      return [`await ws.close(${act.code}, ${expression(act.reason, dialect)})`];
    case 'file':
      return [`await ws.send(${readFile(act.path, act.as)})`];
    case 'emit':
    case 'connect':
      return undefined;
  }
}
