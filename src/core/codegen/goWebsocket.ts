import {
  base64Literal,
  expression,
  headComments,
  indented,
  stepLines,
  stepsLeft,
  useOf,
  type Dialect,
  type ProgramUse,
} from './dialect.ts';
import { goDial, isSecure, requestsTunnel, TUNNEL, usesTransport } from './goDial.ts';
import { quoteGo } from './literals.ts';
import type { Equality, SingularPath, Program, ProgramAct } from './program.ts';

const INDENT = '\t';

/** A program for Go with github.com/coder/websocket. */
export function writeGo(program: Program): string {
  const use = useOf(program);
  const dialect = goDialect();
  const body = [
    'ctx := context.Background()',
    ...program.variables
      .filter(({ environment }) => environment !== undefined)
      .flatMap(({ name, environment }) => [`${name} := os.Getenv(${quoteGo(environment!)})`, `_ = ${name}`]),
    ...program.variables
      .filter(({ environment }) => environment === undefined)
      .flatMap(({ name }) => [`var ${name} string`, `_ = ${name}`]),
    ...goDial(program, dialect),
    ...(use.receives ? ['inbox := &inbox{conn: conn}'] : []),
    ...stepLines(program, dialect),
    '',
    'conn.Close(websocket.StatusNormalClosure, "")',
  ];
  const lines = [
    ...headComments(program, dialect, 'Run: go get github.com/coder/websocket && go run THIS_FILE.go'),
    'package main',
    '',
    'import (',
    ...indented([...imports(program, use).map(quoteGo), '', quoteGo('github.com/coder/websocket')], INDENT),
    ')',
    '',
    'func main() {',
    ...indented(body, INDENT),
    '}',
    ...CHECK,
    ...(requestsTunnel(program) ? TUNNEL : []),
    ...(use.receives ? RECEIVE : []),
    ...(use.json ? AT : []),
    ...(use.textOf ? TEXT_OF : []),
    ...(use.json ? SAME : []),
  ];
  return `${lines.join('\n')}\n`;
}

function goDialect(): Dialect {
  const dialect: Dialect = {
    commentMark: '//',
    indent: INDENT,
    quote: quoteGo,
    variable: ({ name }) => name,
    concat: (pieces) => pieces.join(' + '),
    receive: (within, test, first) => [
      `message ${first ? ':=' : '='} inbox.receive(ctx, ${within}*time.Millisecond, func(message string) bool { return ${test ?? 'true'} })`,
      ...(first ? ['_ = message'] : []),
    ],
    equals,
    all: (tests) => tests.join(' && '),
    expect: (test, failure) => [
      `if !(${test}) {`,
      `${INDENT}log.Fatal(${quoteGo(`${failure}, got `)}, message)`,
      '}',
    ],
    capture: (variable, place) => [
      `${variable} = ${place === 'text' ? 'message' : `textOf(at(message, ${placeText(place)}))`}`,
    ],
    sleep: (milliseconds) => [`time.Sleep(${milliseconds} * time.Millisecond)`],
    loop: (count, body) => [`for round := 0; round < ${count}; round++ {`, ...indented(body, INDENT), '}'],
    act,
  };
  return dialect;

  function equals({ subject, value, isNegated }: Equality): string {
    const actual = subject === 'text' ? 'message' : `at(message, ${placeText(subject)})`;
    const sign = isNegated ? '!=' : '==';
    if ('text' in value) return `${actual} ${sign} ${expression(value.text, dialect)}`;
    if ('spelled' in value) return `textOf(${actual}) ${sign} ${expression(value.spelled, dialect)}`;
    return `${isNegated ? '!' : ''}same(${actual}, ${quoteGo(value.json)})`;
  }
}

function placeText(place: SingularPath): string {
  return place
    .map((each) => (typeof each === 'number' ? String(each) : quoteGo(each)))
    .join(', ')
    .replace(/^$/, '[]any{}...');
}

export function leftGo(program: Program): string[] {
  const [scheme] = program.proxy ?? [];
  const isUnknown = !isSecure(program) && typeof scheme === 'string' && /^https:/i.test(scheme);
  return [
    ...(isUnknown ? ['the proxy: this program speaks TLS with a proxy only for wss: URLs.'] : []),
    ...stepsLeft(program, goDialect()),
  ];
}

/** Go refuses unused imports. */
function imports(program: Program, use: ProgramUse): string[] {
  const { insecure, ca, cert, headers, origin, variables, steps } = program;
  const isTls = insecure || ca.length > 0 || cert !== '';
  const isTunnel = requestsTunnel(program);
  const needsClient = isTls || isTunnel || usesTransport(program);
  const names = [
    'context',
    'log',
    'time',
    ...(steps.some(({ act }) => act?.kind === 'binary') ||
    headers.some(([, value]) => 'basic' in value) ||
    isTunnel
      ? ['encoding/base64']
      : []),
    ...(use.json || use.textOf ? ['bytes', 'encoding/json'] : []),
    ...(use.json ? ['reflect'] : []),
    ...(use.receives ? ['fmt'] : []),
    ...(isTunnel ? ['bufio', 'errors', 'net'] : []),
    ...(isTls ? ['crypto/tls'] : []),
    ...(ca.length > 0 ? ['crypto/x509', 'os'] : []),
    ...(headers.length > 0 || origin !== undefined || needsClient ? ['net/http'] : []),
    ...(isTunnel || usesTransport(program) ? ['net/url'] : []),
    ...(use.files || variables.some(({ environment }) => environment !== undefined) ? ['os'] : []),
  ];
  return [...new Set(names)].sort();
}

const CHECK = `
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}`.split('\n');

const RECEIVE = `
type inbox struct {
	conn *websocket.Conn
	kept []string
}

// receive takes the oldest message that passes the test; the others stay in the inbox.
func (inbox *inbox) receive(ctx context.Context, within time.Duration, test func(string) bool) string {
	for index, message := range inbox.kept {
		if test(message) {
			inbox.kept = append(inbox.kept[:index:index], inbox.kept[index+1:]...)
			return message
		}
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		_, data, err := inbox.conn.Read(ctx)
		check(err)
		message := string(data)
		fmt.Println("<", message)
		if test(message) {
			return message
		}
		inbox.kept = append(inbox.kept, message)
	}
}`.split('\n');

const AT = `
// at finds the value at a path of a JSON message; nil if there is none.
func at(message string, place ...any) any {
	value := parse(message)
	for _, step := range place {
		switch step := step.(type) {
		case int:
			list, ok := value.([]any)
			if step < 0 {
				step += len(list)
			}
			if !ok || step < 0 || step >= len(list) {
				return nil
			}
			value = list[step]
		case string:
			object, ok := value.(map[string]any)
			if !ok {
				return nil
			}
			value = object[step]
		}
	}
	return value
}

func parse(text string) any {
	var value any
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}`.split('\n');

const TEXT_OF = `
func textOf(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	check(err)
	return string(text)
}`.split('\n');

const SAME = `
// same compares as JSON does: 1 and 1.0 are one number.
func same(value any, text string) bool {
	var a, b any
	written, err := json.Marshal(value)
	check(err)
	return json.Unmarshal(written, &a) == nil && json.Unmarshal([]byte(text), &b) == nil && reflect.DeepEqual(a, b)
}`.split('\n');

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  const decode = (data: Uint8Array): string[] => [
    `data, err := base64.StdEncoding.DecodeString(${base64Literal(data, dialect)})`,
    'check(err)',
  ];
  switch (act.kind) {
    case 'text':
      return [`check(conn.Write(ctx, websocket.MessageText, []byte(${expression(act.text, dialect)})))`];
    case 'binary':
      return [
        '{',
        ...indented([...decode(act.data), 'check(conn.Write(ctx, websocket.MessageBinary, data))'], INDENT),
        '}',
      ];
    case 'close':
      return [`conn.Close(${act.code}, ${expression(act.reason, dialect)})`];
    case 'file':
      return [
        '{',
        ...indented(
          [
            `data, err := os.ReadFile(${quoteGo(act.path)})`,
            'check(err)',
            `check(conn.Write(ctx, websocket.Message${act.as === 'text' ? 'Text' : 'Binary'}, data))`,
          ],
          INDENT,
        ),
        '}',
      ];
    case 'ping':
    case 'emit':
    case 'connect':
      return undefined;
  }
}
