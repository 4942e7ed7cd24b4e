import { base64Literal, expression, indented, type Dialect, type ProgramUse } from './dialect.ts';
import { quotePython } from './literals.ts';
import type { Equality, HeaderValue, SingularPath, Program, ProgramAct } from './program.ts';

const INDENT = '    ';

/** The differences between the two Python clients. */
interface PythonClient {
  /** `await ` for an asynchronous client. */
  readonly wait: '' | 'await ';
  readonly sleep: string;
  readonly act: (act: ProgramAct, dialect: Dialect) => string[] | undefined;
}

export function createPythonDialect({ wait, sleep, act }: PythonClient): Dialect {
  const dialect: Dialect = {
    commentMark: '#',
    indent: INDENT,
    quote: quotePython,
    variable: ({ name }) => name,
    concat: (pieces) => pieces.join(' + '),
    receive: (within, test) => [
      `message = ${wait}receive(${within / 1000}${test === undefined ? '' : `, lambda message: ${test}`})`,
    ],
    equals,
    all: (tests) => tests.join(' and '),
    expect: (test, failure) => [
      `if not (${test}):`,
      `${INDENT}raise SystemExit(${quotePython(`${failure}, got `)} + repr(message))`,
    ],
    capture: (variable, place) => [
      `${variable} = ${place === 'text' ? 'message' : `text_of(at(message, ${placeText(place)}))`}`,
    ],
    sleep: (milliseconds) => [`${wait}${sleep}(${milliseconds / 1000})`],
    loop: (count, body) => [`for _ in range(${count}):`, ...indented(body, INDENT)],
    act,
  };
  return dialect;

  function equals({ subject, value, isNegated }: Equality): string {
    const actual = subject === 'text' ? 'message' : `at(message, ${placeText(subject)})`;
    const sign = isNegated ? '!=' : '==';
    if ('text' in value) return `${actual} ${sign} ${expression(value.text, dialect)}`;
    if ('spelled' in value) return `text_of(${actual}) ${sign} ${expression(value.spelled, dialect)}`;
    return `${isNegated ? 'not ' : ''}same(${actual}, json.loads(${quotePython(value.json)}))`;
  }
}

function placeText(place: SingularPath): string {
  return `[${place.map((each) => (typeof each === 'number' ? each : quotePython(each))).join(', ')}]`;
}

export function environmentVariables({ variables }: Program): string[] {
  return variables
    .filter(({ environment }) => environment !== undefined)
    .map(({ name, environment }) => `${name} = os.environ[${quotePython(environment!)}]`);
}

/** A list of pairs as Python expressions. */
export function headerPairs(
  headers: readonly (readonly [string, HeaderValue])[],
  dialect: Dialect,
): (readonly [string, string])[] {
  return headers.map(([name, value]) => [
    quotePython(name),
    'basic' in value
      ? `"Basic " + base64.b64encode((${expression(value.basic, dialect)}).encode()).decode()`
      : expression(value.text, dialect),
  ]);
}

export function pythonImports(program: Program, use: ProgramUse, own: readonly string[]): string[] {
  const isTls = program.insecure || program.ca.length > 0 || program.cert !== '';
  const names = new Set([
    ...own,
    ...(use.binary ? ['base64'] : []),
    ...(use.json ? ['json'] : []),
    ...(program.variables.some(({ environment }) => environment !== undefined) ? ['os'] : []),
    ...(isTls ? ['ssl'] : []),
  ]);
  return [...names].sort().map((name) => `import ${name}`);
}

export function pipInstall(client: string, others: readonly string[]): string {
  return `Run: pip install ${[client, ...others].join(' ')} && python THIS_FILE.py`;
}

export function pythonHelpers(use: ProgramUse): string[] {
  return use.json ? HELPERS : [];
}

const HELPERS = `

def at(message, place):
    """The value at a path of a JSON message; None if there is none."""
    try:
        value = json.loads(message)
        for step in place:
            if isinstance(value, list) != isinstance(step, int):
                return None
            value = value[step]
        return value
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def text_of(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def same(a, b):
    """Python takes True for 1, JSON does not."""
    return isinstance(a, bool) == isinstance(b, bool) and a == b
`.split('\n');

export function readFile(path: string, as: 'text' | 'binary'): string {
  return as === 'text'
    ? `open(${quotePython(path)}, encoding="utf-8", newline="").read()`
    : `open(${quotePython(path)}, "rb").read()`;
}

export function bytesOf(data: Uint8Array, dialect: Dialect): string {
  return `base64.b64decode(${base64Literal(data, dialect)})`;
}

/** Statements that create a TLS context. */
export function pythonTls({ insecure, ca, cert, key }: Program): string[] {
  return [
    'tls = ssl.create_default_context()',
    ...ca.map((path) => `tls.load_verify_locations(${quotePython(path)})`),
    ...(cert === ''
      ? []
      : [`tls.load_cert_chain(${quotePython(cert)}, ${key === '' ? 'None' : quotePython(key)})`]),
    ...(insecure ? ['tls.check_hostname = False', 'tls.verify_mode = ssl.CERT_NONE'] : []),
  ];
}

export function needsTls({ insecure, ca, cert }: Program): boolean {
  return insecure || ca.length > 0 || cert !== '';
}
