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
import { quoteJava } from './literals.ts';
import {
  repeatedNames,
  type Equality,
  type SingularPath,
  type Program,
  type ProgramAct,
  type Words,
} from './program.ts';

const INDENT = '    ';

/**
 * Maximum bytes of a string constant in a class file (The Java Virtual Machine Specification, section 4.4.7), with a
 * margin.
 */
const MAX_CONSTANT = 16_000;

/**
 * A class for Java 11 and later with org.java-websocket:Java-WebSocket, and org.json if the program reads
 * values of messages.
 */
export function writeJava(program: Program): string {
  const use = useOf(program);
  const dialect = javaDialect();
  const install = use.json
    ? 'Needs org.java-websocket:Java-WebSocket and org.json:json.'
    : 'Needs org.java-websocket:Java-WebSocket.';
  const lines = [
    ...headComments(program, dialect, install),
    ...imports(program, use).map((name) => `import ${name};`),
    '',
    'public class Main {',
    ...indented(
      [
        ...MEMBERS,
        ...fields(program),
        ...mainMethod(program, dialect),
        ...(use.receives ? RECEIVE : []),
        ...(use.json ? AT : []),
        ...(program.ca.length > 0 ? TRUST : []),
      ],
      INDENT,
    ),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

export function leftJava(program: Program): string[] {
  const { headers, cert, proxy } = program;
  const [scheme] = proxy ?? [];
  return [
    ...[...repeatedNames(headers)].map((name) => `Java-WebSocket sends only the last header ${name}.`),
    ...(cert === ''
      ? []
      : [
          'the client certificate: Java reads no keys in PEM. Make a key store and set javax.net.ssl.keyStore.',
        ]),
    ...(typeof scheme === 'string' && /^https:/i.test(scheme) ? ['TLS with the proxy: Java has none.'] : []),
    ...stepsLeft(program, javaDialect()),
  ];
}

function imports(program: Program, use: ProgramUse): string[] {
  const { insecure, ca, proxy, steps } = program;
  const names = [
    'java.net.URI',
    'java.nio.ByteBuffer',
    'java.nio.charset.StandardCharsets',
    'java.util.*',
    'java.util.concurrent.*',
    'java.util.function.Predicate',
    'org.java_websocket.client.WebSocketClient',
    'org.java_websocket.drafts.Draft_6455',
    'org.java_websocket.handshake.ServerHandshake',
    'org.java_websocket.protocols.IProtocol',
    'org.java_websocket.protocols.Protocol',
    ...(use.files ? ['java.nio.file.Files', 'java.nio.file.Path'] : []),
    ...(proxy
      ? [
          'java.net.Authenticator',
          'java.net.InetSocketAddress',
          'java.net.PasswordAuthentication',
          'java.net.Proxy',
        ]
      : []),
    ...(insecure ? ['java.security.cert.X509Certificate'] : []),
    ...(insecure || ca.length > 0 ? ['javax.net.ssl.*'] : []),
    ...(ca.length > 0
      ? [
          'java.io.InputStream',
          'java.nio.file.Files',
          'java.nio.file.Path',
          'java.security.KeyStore',
          'java.security.cert.Certificate',
          'java.security.cert.CertificateFactory',
        ]
      : []),
    ...(steps.some(({ act }) => act?.kind === 'ping') ? ['org.java_websocket.framing.PingFrame'] : []),
    ...(use.json ? ['org.json.JSONObject', 'org.json.JSONPointer', 'org.json.JSONTokener'] : []),
  ];
  return [...new Set(names)].sort();
}

const MEMBERS = `static final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
static final List<Object> inbox = new ArrayList<>();
/** Marks the end of the connection in the queue. */
static final Object END = new Object();
`.split('\n');

/** Fields, because a lambda can only use local variables that are never reassigned. */
function fields({ variables }: Program): string[] {
  return variables.map(({ name, environment }) =>
    environment === undefined
      ? `static String ${name} = "";`
      : `static final String ${name} = System.getenv(${quoteJava(environment)});`,
  );
}

function mainMethod(program: Program, dialect: Dialect): string[] {
  const { url, headers, origin, subprotocols, insecure, ca, proxy, handshakeTimeout } = program;
  const value = (each: Program['headers'][number][1]): string =>
    'basic' in each
      ? `"Basic " + Base64.getEncoder().encodeToString((${expression(each.basic, dialect)}).getBytes(StandardCharsets.UTF_8))`
      : expression(each.text, dialect);
  const protocols = subprotocols.map((each) => `new Protocol(${expression(each, dialect)})`).join(', ');
  return [
    'public static void main(String[] args) throws Exception {',
    ...indented(
      [
        'Map<String, String> headers = new LinkedHashMap<>();',
        ...headers.map(([name, each]) => `headers.put(${quoteJava(name)}, ${value(each)});`),
        ...(origin ? [`headers.put("Origin", ${expression(origin, dialect)});`] : []),
        `List<IProtocol> subprotocols = new ArrayList<>(List.<IProtocol>of(${protocols}));`,
        ...(subprotocols.length === 0 ? ['subprotocols.add(new Protocol(""));'] : []),
        'Draft_6455 draft = new Draft_6455(new ArrayList<>(), subprotocols);',
        `WebSocketClient client = new WebSocketClient(URI.create(${expression(legal(url), dialect)}), draft, headers, ${handshakeTimeout}) {`,
        ...indented(HANDLERS, INDENT),
        '};',
        ...(insecure ? INSECURE : ca.length > 0 ? trusting(ca) : []),
        ...(proxy
          ? [
              `URI proxy = URI.create(${expression(proxy, dialect)});`,
              ...PROXY_CREDENTIALS,
              'client.setProxy(new Proxy(proxy.getScheme().startsWith("socks") ? Proxy.Type.SOCKS : Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort())));',
            ]
          : []),
        'if (!client.connectBlocking()) throw new IllegalStateException("The connection failed.");',
        ...stepLines(program, dialect),
        '',
        'client.closeBlocking();',
      ],
      INDENT,
    ),
    '}',
  ];
}

/** Java sends Basic credentials in a CONNECT only after this property is set. */
const PROXY_CREDENTIALS = `if (proxy.getUserInfo() != null) {
    String[] credentials = (proxy.getUserInfo() + ":").split(":", 2);
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    Authenticator.setDefault(new Authenticator() {
        @Override protected PasswordAuthentication getPasswordAuthentication() {
            String password = credentials[1].substring(0, credentials[1].length() - 1);
            return new PasswordAuthentication(credentials[0], password.toCharArray());
        }
    });
}`.split('\n');

/** Characters that the URL standard leaves as they are, but which `java.net.URI` refuses after the authority. */
function legal(url: Words): Words {
  const encode = (text: string): string =>
    text.replace(/[[\]{}|\\^`"<>]|%(?![\da-f]{2})/gi, encodeURIComponent);
  return url.map((word, at) => {
    if (typeof word !== 'string') return word;
    const [, authority = '', rest = ''] =
      at === 0 ? (/^([a-z]+:\/\/[^/?#]*)(.*)$/is.exec(word) ?? []) : ['', '', word];
    return authority + encode(rest);
  });
}

function trusting(ca: readonly string[]): string[] {
  return [
    'SSLContext tls = SSLContext.getInstance("TLS");',
    `tls.init(null, trust(${ca.map(quoteJava).join(', ')}), null);`,
    'client.setSocketFactory(tls.getSocketFactory());',
  ];
}

const TRUST = `
/** Trusts these certificate authorities, which are files of PEM. */
static TrustManager[] trust(String... paths) throws Exception {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    for (String path : paths) {
        try (InputStream file = Files.newInputStream(Path.of(path))) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(file))
                authorities.setCertificateEntry("ca" + authorities.size(), each);
        }
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return factory.getTrustManagers();
}`.split('\n');

const HANDLERS = `@Override public void onOpen(ServerHandshake handshake) {}
@Override public void onMessage(String message) { System.out.println("< " + message); arrived.add(message); }
@Override public void onMessage(ByteBuffer message) {
    byte[] data = new byte[message.remaining()];
    message.get(data);
    System.out.println("< " + data.length + " bytes");
    arrived.add(data);
}
@Override public void onClose(int code, String reason, boolean remote) { arrived.add(END); }
@Override public void onError(Exception error) { error.printStackTrace(); }`.split('\n');

const INSECURE = `SSLContext tls = SSLContext.getInstance("TLS");
tls.init(null, new TrustManager[] {new X509ExtendedTrustManager() {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    public void checkServerTrusted(X509Certificate[] chain, String type) {}
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
}}, null);
client.setSocketFactory(tls.getSocketFactory());`.split('\n');

const RECEIVE = `
/** Takes the oldest message that passes the test; the others stay in the inbox. */
static String receive(long within, Predicate<String> test) throws InterruptedException {
    long end = System.nanoTime() + within * 1_000_000;
    for (Object message : inbox) {
        if (test.test(text(message))) {
            inbox.remove(message);
            return text(message);
        }
    }
    while (true) {
        Object message = arrived.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null) throw new IllegalStateException("No such message within " + within + " ms.");
        if (message == END) throw new IllegalStateException("The server closed the connection.");
        if (test.test(text(message))) return text(message);
        inbox.add(message);
    }
}

static String text(Object message) {
    return message instanceof byte[] ? new String((byte[]) message, StandardCharsets.UTF_8) : (String) message;
}`.split('\n');

const AT = `
/** The value at a path of a JSON message, as JSON text, or without quotes for a string; null if there is none. */
static String at(String message, String... place) {
    try {
        Object root = new JSONTokener(message).nextValue();
        Object value = new JSONPointer(List.of(place)).queryFrom(root);
        return value == null || value instanceof String ? (String) value : JSONObject.valueToString(value);
    } catch (RuntimeException error) {
        return null;
    }
}`.split('\n');

function javaDialect(): Dialect {
  const dialect: Dialect = {
    commentMark: '//',
    indent: INDENT,
    quote,
    variable: ({ name }) => name,
    concat: (pieces) => pieces.join(' + '),
    receive: (within, test, first) => [
      `${first ? 'String ' : ''}message = receive(${within}, ${test === undefined ? 'each -> true' : `each -> ${test.replaceAll(MESSAGE, 'each')}`});`,
    ],
    equals,
    all: (tests) => tests.join(' && '),
    expect: (test, failure) => [
      `if (!(${test.replaceAll(MESSAGE, 'message')})) throw new IllegalStateException(${quoteJava(`${failure}, got `)} + message);`,
    ],
    capture: (variable, place) => [
      `${variable} = ${place === 'text' ? 'message' : `at(message${placeText(place)})`};`,
    ],
    sleep: (milliseconds) => [`Thread.sleep(${milliseconds});`],
    loop: (count, body) => [
      `for (int round = 0; round < ${count}; round++) {`,
      ...indented(body, INDENT),
      '}',
    ],
    act,
  };
  return dialect;

  function equals({ subject, value, isNegated }: Equality): string {
    const actual = subject === 'text' ? MESSAGE : `at(${MESSAGE}${placeText(subject)})`;
    const wanted =
      'text' in value
        ? expression(value.text, dialect)
        : 'spelled' in value
          ? expression(value.spelled, dialect)
          : quoteJava(value.json);
    return `${isNegated ? '!' : ''}Objects.equals(${actual}, ${wanted})`;
  }
}

/** Stands for the message in a test, because a lambda of Java names it differently. No literal contains it. */
const MESSAGE = '\0message';

function placeText(place: SingularPath): string {
  return place.map((each) => `, ${quoteJava(String(each))}`).join('');
}

function quote(text: string): string {
  if (text.length <= MAX_CONSTANT) return quoteJava(text);
  // By code points, so that no piece splits a surrogate pair.
  const points = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < points.length; at += MAX_CONSTANT / 2)
    pieces.push(quoteJava(points.slice(at, at + MAX_CONSTANT / 2).join('')));
  return `String.join("", ${pieces.join(', ')})`;
}

function act(act: ProgramAct, dialect: Dialect): string[] | undefined {
  switch (act.kind) {
    case 'text':
      return [`client.send(${expression(act.text, dialect)});`];
    case 'binary':
      return [`client.send(Base64.getDecoder().decode(${base64Literal(act.data, dialect)}));`];
    case 'close':
      return [`client.close(${act.code}, ${expression(act.reason, dialect)});`];
    case 'file':
      return [
        `client.send(Files.${act.as === 'text' ? 'readString' : 'readAllBytes'}(Path.of(${quoteJava(act.path)})));`,
      ];
    case 'ping':
      return [
        '{',
        `${INDENT}PingFrame ping = new PingFrame();`,
        `${INDENT}ping.setPayload(ByteBuffer.wrap(Base64.getDecoder().decode(${base64Literal(act.data, dialect)})));`,
        `${INDENT}client.sendFrame(ping);`,
        '}',
      ];
    case 'emit':
    case 'connect':
      return undefined;
  }
}
