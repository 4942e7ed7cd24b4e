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
import { quoteCsharp } from './literals.ts';
import { repeatedNames, type Equality, type SingularPath, type Program, type ProgramAct } from './program.ts';

const INDENT = '    ';

/** A program for .NET with ClientWebSocket. */
export function writeDotnet(program: Program): string {
  const use = useOf(program);
  const dialect = dotnetDialect();
  const lines = [
    ...headComments(program, dialect, 'Run: dotnet run, in a console project.'),
    ...usings(use).map((name) => `using ${name};`),
    '',
    'static class Program',
    '{',
    ...indented(
      [
        'static readonly ClientWebSocket socket = new ClientWebSocket();',
        'static readonly List<string> inbox = new List<string>();',
        '',
        'static void Main()',
        '{',
        `${INDENT}Run().GetAwaiter().GetResult();`,
        '}',
        '',
        'static async Task Run()',
        '{',
        ...indented([...connect(program, dialect), ...stepLines(program, dialect), '', ...CLOSE], INDENT),
        '}',
        ...(use.receives ? RECEIVE : []),
        ...(use.json ? AT : []),
        ...(use.textOf ? TEXT_OF : []),
      ],
      INDENT,
    ),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

export function leftDotnet(program: Program): string[] {
  const { headers, ca } = program;
  return [
    ...[...repeatedNames(headers)].map((name) => `ClientWebSocket sends only the last header ${name}.`),
    ...(ca.length > 0 ? ['@ca: add the certificate authority to the certificate store of the system.'] : []),
    ...stepsLeft(program, dotnetDialect()),
  ];
}

function usings(use: ProgramUse): string[] {
  return [
    'System',
    'System.Collections.Generic',
    'System.IO',
    'System.Linq',
    'System.Net',
    'System.Net.WebSockets',
    'System.Security.Cryptography.X509Certificates',
    'System.Text',
    ...(use.json ? ['System.Text.Json.Nodes'] : []),
    'System.Threading',
    'System.Threading.Tasks',
  ];
}

function connect(program: Program, dialect: Dialect): string[] {
  const { url, headers, origin, subprotocols, insecure, cert, key, proxy, variables } = program;
  const value = (each: Program['headers'][number][1]): string =>
    'basic' in each
      ? `"Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(${expression(each.basic, dialect)}))`
      : expression(each.text, dialect);
  return [
    ...variables.map(({ name, environment }) =>
      environment === undefined
        ? `var ${name} = "";`
        : `var ${name} = Environment.GetEnvironmentVariable(${quoteCsharp(environment)});`,
    ),
    ...headers.map(
      ([name, each]) => `socket.Options.SetRequestHeader(${quoteCsharp(name)}, ${value(each)});`,
    ),
    ...(origin ? [`socket.Options.SetRequestHeader("Origin", ${expression(origin, dialect)});`] : []),
    ...subprotocols.map((each) => `socket.Options.AddSubProtocol(${expression(each, dialect)});`),
    ...(insecure
      ? ['socket.Options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) => true;']
      : []),
    ...(cert === ''
      ? []
      : [
          `socket.Options.ClientCertificates.Add(X509Certificate2.CreateFromPemFile(${[cert, key]
            .filter((path) => path !== '')
            .map(quoteCsharp)
            .join(', ')}));`,
        ]),
    ...(proxy ? [`var proxy = new Uri(${expression(proxy, dialect)});`, ...PROXY] : []),
    `await socket.ConnectAsync(new Uri(${expression(url, dialect)}), new CancellationTokenSource(${program.handshakeTimeout}).Token);`,
  ];
}

/** .NET ignores the user and password of the proxy's address. */
const PROXY = `socket.Options.Proxy = new WebProxy(proxy);
if (proxy.UserInfo != "")
{
    var credentials = (proxy.UserInfo + ":").Split(':').Select(Uri.UnescapeDataString).ToArray();
    socket.Options.Proxy.Credentials = new NetworkCredential(credentials[0], credentials[1]);
}`.split('\n');

const CLOSE = `if (socket.State == WebSocketState.Open)
    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);`.split('\n');

const RECEIVE = `
// Takes the oldest message that passes the test; the others stay in the inbox.
static async Task<string> Receive(int within, Func<string, bool> test)
{
    var found = inbox.FindIndex(each => test(each));
    if (found >= 0)
    {
        var kept = inbox[found];
        inbox.RemoveAt(found);
        return kept;
    }
    var timeout = new CancellationTokenSource(within).Token;
    while (true)
    {
        var data = new MemoryStream();
        var buffer = new ArraySegment<byte>(new byte[65536]);
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, timeout);
            data.Write(buffer.Array, 0, part.Count);
        } while (!part.EndOfMessage);
        if (part.MessageType == WebSocketMessageType.Close) throw new Exception("The server closed the connection.");
        var message = Encoding.UTF8.GetString(data.ToArray());
        Console.WriteLine("< " + message);
        if (test(message)) return message;
        inbox.Add(message);
    }
}`.split('\n');

const AT = `
// The value at a path of a JSON message; null if there is none.
static JsonNode At(string message, params object[] place)
{
    try
    {
        var value = JsonNode.Parse(message);
        foreach (var step in place)
        {
            if (step is int index) value = value.AsArray()[index < 0 ? index + value.AsArray().Count : index];
            else value = value.AsObject()[(string)step];
        }
        return value;
    }
    catch (Exception)
    {
        return null;
    }
}

static bool Same(JsonNode value, string json)
{
    return JsonNode.DeepEquals(value, JsonNode.Parse(json));
}

// A string itself; null for anything else.
static string StringOf(JsonNode value)
{
    return value is JsonValue one && one.TryGetValue<string>(out var text) ? text : null;
}`.split('\n');

const TEXT_OF = `
static string TextOf(JsonNode value)
{
    return StringOf(value) ?? (value == null ? "null" : value.ToJsonString());
}`.split('\n');

function dotnetDialect(): Dialect {
  const dialect: Dialect = {
    commentMark: '//',
    indent: INDENT,
    quote: quoteCsharp,
    // A name with @ cannot collide with a keyword of C#.
    variable: ({ name }) => name,
    concat: (pieces) => pieces.join(' + '),
    receive: (within, test, first) => [
      `${first ? 'var ' : ''}message = await Receive(${within}, each => ${(test ?? 'true').replaceAll(MESSAGE, 'each')});`,
    ],
    equals,
    all: (tests) => tests.join(' && '),
    expect: (test, failure) => [
      `if (!(${test.replaceAll(MESSAGE, 'message')})) throw new Exception(${quoteCsharp(`${failure}, got `)} + message);`,
    ],
    capture: (variable, place) => [
      `${variable} = ${place === 'text' ? 'message' : `TextOf(At(message${placeText(place)}))`};`,
    ],
    sleep: (milliseconds) => [`await Task.Delay(${milliseconds});`],
    loop: (count, body) => [
      `for (var round = 0; round < ${count}; round++)`,
      '{',
      ...indented(body, INDENT),
      '}',
    ],
    act,
  };
  return dialect;

  function equals({ subject, value, isNegated }: Equality): string {
    const not = isNegated ? '!' : '';
    if (subject === 'text')
      return `${not}(${MESSAGE} == ${'text' in value ? expression(value.text, dialect) : '""'})`;
    const actual = `At(${MESSAGE}${placeText(subject)})`;
    if ('text' in value) return `${not}(StringOf(${actual}) == ${expression(value.text, dialect)})`;
    if ('spelled' in value) return `${not}(TextOf(${actual}) == ${expression(value.spelled, dialect)})`;
    return `${not}Same(${actual}, ${quoteCsharp(value.json)})`;
  }
}

/** Stands for the message in a test, because a lambda of C# names it differently. No literal contains it. */
const MESSAGE = '\0message';

function placeText(place: SingularPath): string {
  return place.map((each) => `, ${typeof each === 'number' ? each : quoteCsharp(each)}`).join('');
}

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  const send = (bytes: string, type: 'Text' | 'Binary'): string =>
    `await socket.SendAsync(new ArraySegment<byte>(${bytes}), WebSocketMessageType.${type}, true, CancellationToken.None);`;
  switch (act.kind) {
    case 'text':
      return [send(`Encoding.UTF8.GetBytes(${expression(act.text, dialect)})`, 'Text')];
    case 'binary':
      return [send(`Convert.FromBase64String(${base64Literal(act.data, dialect)})`, 'Binary')];
    case 'file':
      return [send(`File.ReadAllBytes(${quoteCsharp(act.path)})`, act.as === 'text' ? 'Text' : 'Binary')];
    case 'close':
      return [
        `await socket.CloseAsync((WebSocketCloseStatus)${act.code}, ${expression(act.reason, dialect)}, CancellationToken.None);`,
      ];
    case 'ping':
    case 'emit':
    case 'connect':
      return undefined;
  }
}
