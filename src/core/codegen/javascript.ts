import { base64Literal, expression, indented, type Dialect, type ProgramUse } from './dialect.ts';
import { quoteJavaScript } from './literals.ts';
import {
  isSocks,
  type Equality,
  type HeaderValue,
  type SingularPath,
  type Program,
  type ProgramAct,
} from './program.ts';

const INDENT = '  ';

/** The differences between the two JavaScript targets. */
interface JavaScriptClient {
  /** A statement that sends this expression. */
  readonly act: (act: ProgramAct, dialect: Dialect) => string[] | undefined;
}

export function createJavascriptDialect(client: JavaScriptClient): Dialect {
  return {
    commentMark: '//',
    indent: INDENT,
    quote: quoteJavaScript,
    variable: ({ name }) => name,
    concat: (pieces) => pieces.join(' + '),
    receive: (within, test, first) => [
      `${first ? 'let ' : ''}message = await receive(${within}${test === undefined ? '' : `, (message) => ${test}`});`,
    ],
    equals,
    all: (tests) => tests.join(' && '),
    expect: (test, failure) => [
      `if (!(${test})) throw new Error(${quoteJavaScript(`${failure}, got `)} + message);`,
    ],
    capture: (variable, place) => [
      `${variable} = ${place === 'text' ? 'message' : `textOf(at(message, ${placeText(place)}))`};`,
    ],
    sleep: (milliseconds) => [`await sleep(${milliseconds});`],
    loop: (count, body) => [
      `for (let round = 0; round < ${count}; round++) {`,
      ...indented(body, INDENT),
      '}',
    ],
    act: client.act,
  };

  function equals({ subject, value, isNegated }: Equality): string {
    const actual = subject === 'text' ? 'message' : `at(message, ${placeText(subject)})`;
    const dialect = createJavascriptDialect(client);
    const sign = isNegated ? '!==' : '===';
    if ('text' in value) return `${actual} ${sign} ${expression(value.text, dialect)}`;
    if ('spelled' in value) return `textOf(${actual}) ${sign} ${expression(value.spelled, dialect)}`;
    // Arrays and objects are compared by content.
    const test = `same(${actual}, JSON.parse(${quoteJavaScript(value.json)}))`;
    return isNegated ? `!${test}` : test;
  }
}

function placeText(place: SingularPath): string {
  return `[${place.map((each) => (typeof each === 'number' ? each : quoteJavaScript(each))).join(', ')}]`;
}

/** Declares the variables that steps capture. */
export function capturedVariables({ variables }: Program): string[] {
  const captured = variables.filter(({ environment }) => environment === undefined);
  return captured.length === 0 ? [] : [`let ${captured.map(({ name }) => `${name} = ''`).join(', ')};`];
}

/** The modules that a program for Node imports beside its client. @param readsFiles whether its steps read files */
export function nodeImports(program: Program, { sleeps }: ProgramUse, readsFiles: boolean): string[] {
  const { ca, cert, key } = program;
  const reads = readsFiles || ca.length + cert.length + key.length > 0;
  const [name, agent] = nodeAgent(program) ?? [];
  return [
    ...(reads ? ["import { readFileSync } from 'node:fs';"] : []),
    ...(sleeps ? ["import { setTimeout as sleep } from 'node:timers/promises';"] : []),
    ...(name === undefined ? [] : [`import { ${agent} } from '${name}';`]),
  ];
}

/** The package of the agent for the proxy, and its class; undefined without a proxy. */
function nodeAgent({ proxy }: Program): readonly [name: string, agent: string] | undefined {
  if (!proxy) return undefined;
  return isSocks(proxy) ? ['socks-proxy-agent', 'SocksProxyAgent'] : ['https-proxy-agent', 'HttpsProxyAgent'];
}

/** The option of the proxy, as a property of an object. */
export function nodeProxyOption(program: Program, dialect: Dialect): string[] {
  const [, agent] = nodeAgent(program) ?? [];
  return agent === undefined ? [] : [`agent: new ${agent}(${expression(program.proxy ?? [], dialect)}),`];
}

/** The options of TLS, as properties of an object. */
export function nodeTlsOptions({ insecure, ca, cert, key }: Program): string[] {
  const read = (path: string): string => `readFileSync(${quoteJavaScript(path)})`;
  return [
    ...(insecure ? ['rejectUnauthorized: false,'] : []),
    ...(ca.length > 0 ? [`ca: [${ca.map(read).join(', ')}],`] : []),
    ...(cert === '' ? [] : [`cert: ${read(cert)},`]),
    ...(key === '' ? [] : [`key: ${read(key)},`]),
  ];
}

/** The headers as properties of an object, in Node. */
export function nodeHeaders({ headers }: Program, dialect: Dialect): string[] {
  return headerEntries(headers, dialect, (words) => `Buffer.from(${words}).toString('base64')`);
}

/** Reads the variables of the environment, in Node. */
export function nodeVariables({ variables }: Program): string[] {
  const own = variables.filter(({ environment }) => environment !== undefined);
  return own.length === 0
    ? []
    : [
        '',
        ...own.map(({ name, environment }) => `const ${name} = variable(${quoteJavaScript(environment!)});`),
        'function variable(name) {',
        '  const value = process.env[name];',
        '  if (value === undefined) throw new Error(`Set the environment variable ${name}.`);',
        '  return value;',
        '}',
      ];
}

/** How to install the packages of a program and run it. */
export function nodeInstall(program: Program, client: string): string {
  return `Run: npm install ${[client, ...(nodeAgent(program)?.slice(0, 1) ?? [])].join(' ')} && node THIS_FILE.mjs`;
}

/** The header values as expressions; repeated headers become a list. */
function headerEntries(
  headers: readonly (readonly [string, HeaderValue])[],
  dialect: Dialect,
  encode: (words: string) => string,
): string[] {
  const values = new Map<string, { name: string; list: string[] }>();
  for (const [name, value] of headers) {
    const written =
      'basic' in value
        ? `'Basic ' + ${encode(expression(value.basic, dialect))}`
        : expression(value.text, dialect);
    const known = values.get(name.toLowerCase());
    if (known) known.list.push(written);
    else values.set(name.toLowerCase(), { name, list: [written] });
  }
  return [...values.values()].map(
    ({ name, list }) => `${quoteJavaScript(name)}: ${list.length === 1 ? list[0]! : `[${list.join(', ')}]`},`,
  );
}

/** The inbox and the JSON helpers, if the program uses them. */
export function javascriptHelpers(use: ProgramUse): string[] {
  return [
    ...(use.receives ? RECEIVE : []),
    ...(use.json ? AT : []),
    ...(use.textOf ? TEXT_OF : []),
    ...(use.json ? SAME : []),
  ];
}

const RECEIVE = `
// Takes the oldest message that passes the test; the others stay in the inbox.
async function receive(within, test = () => true) {
  const end = Date.now() + within;
  for (;;) {
    const found = inbox.findIndex(test);
    if (found >= 0) return inbox.splice(found, 1)[0];
    if (closed !== undefined) throw new Error(\`The connection was closed: \${closed}\`);
    const left = end - Date.now();
    if (left <= 0) throw new Error(\`No such message within \${within} ms.\`);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, left);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}`.split('\n');

const AT = `
// The value at a path of a JSON message; undefined if there is none.
function at(message, place) {
  try {
    return place.reduce((value, step) => {
      if (Array.isArray(value)) return typeof step === 'number' ? value.at(step) : undefined;
      return Object.hasOwn(value, step) ? value[step] : undefined;
    }, JSON.parse(message));
  } catch {
    return undefined;
  }
}`.split('\n');

const TEXT_OF = `
function textOf(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}`.split('\n');

const SAME = `
function same(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}`.split('\n');

/** The send statement of a client whose `send` takes strings and typed arrays. */
export function sendStatement(
  act: ProgramAct,
  dialect: Dialect,
  decode: (base64: string) => string,
): string[] | undefined {
  if (act.kind === 'text') return [`socket.send(${expression(act.text, dialect)});`];
  if (act.kind === 'binary') return [`socket.send(${decode(base64Literal(act.data, dialect))});`];
  if (act.kind === 'close')
    return [`socket.close(${act.code}, ${expression(act.reason, dialect)});`, 'await ended;'];
  return undefined;
}
