import { expression, indented, type Dialect } from './dialect.ts';
import { quoteGo } from './literals.ts';
import { isSocks, type Program } from './program.ts';

const INDENT = '\t';

export function isSecure({ url: [scheme] }: Program): boolean {
  return typeof scheme === 'string' && /^wss:/i.test(scheme);
}

/** Whether the program asks the proxy for a tunnel itself: for `ws:` the standard library of Go would send a plain GET. */
export function requestsTunnel(program: Program): boolean {
  const [scheme] = program.proxy ?? [];
  return !isSecure(program) && typeof scheme === 'string' && /^http:/i.test(scheme);
}

/** Whether the standard library of Go talks to the proxy. */
export function usesTransport(program: Program): boolean {
  return program.proxy !== undefined && (isSecure(program) || isSocks(program.proxy));
}

/** The statements that connect; they declare `conn` and `err`. */
export function goDial(program: Program, dialect: Dialect): string[] {
  const { url, headers, origin, subprotocols, insecure, ca, cert, key, proxy } = program;
  const host = headers.find(([name]) => name.toLowerCase() === 'host');
  const own = headers.filter((header) => header !== host);
  const all = [...own, ...(origin ? [['Origin', { text: origin }] as const] : [])];
  const isTls = insecure || ca.length > 0 || cert !== '';
  const fields: string[] = [];
  const lines: string[] = [];
  if (all.length > 0) {
    lines.push('header := http.Header{}');
    for (const [name, value] of all)
      lines.push(
        'basic' in value
          ? `header.Add(${quoteGo(name)}, "Basic "+base64.StdEncoding.EncodeToString([]byte(${expression(value.basic, dialect)})))`
          : `header.Add(${quoteGo(name)}, ${expression(value.text, dialect)})`,
      );
    fields.push('HTTPHeader: header,');
  }
  if (host && 'text' in host[1]) fields.push(`Host: ${expression(host[1].text, dialect)},`);
  if (subprotocols.length > 0)
    fields.push(
      `Subprotocols: []string{${subprotocols.map((each) => expression(each, dialect)).join(', ')}},`,
    );
  if (isTls) {
    lines.push(`config := &tls.Config{InsecureSkipVerify: ${insecure}}`);
    if (ca.length > 0) {
      lines.push('config.RootCAs = x509.NewCertPool()');
      for (const path of ca)
        lines.push(
          '{',
          `${INDENT}pem, err := os.ReadFile(${quoteGo(path)})`,
          `${INDENT}check(err)`,
          `${INDENT}config.RootCAs.AppendCertsFromPEM(pem)`,
          '}',
        );
    }
    if (cert !== '')
      lines.push(
        `pair, err := tls.LoadX509KeyPair(${quoteGo(cert)}, ${quoteGo(key === '' ? cert : key)})`,
        'check(err)',
        'config.Certificates = []tls.Certificate{pair}',
      );
  }
  const isTunnel = requestsTunnel(program);
  const isProxied = isTunnel || usesTransport(program);
  if (proxy && isProxied) lines.push(`proxy, err := url.Parse(${expression(proxy, dialect)})`, 'check(err)');
  if (isTls || isProxied) {
    const transport = [
      ...(isTls ? ['TLSClientConfig: config'] : []),
      ...(isProxied ? [isTunnel ? 'DialContext: tunnel(proxy)' : 'Proxy: http.ProxyURL(proxy)'] : []),
    ];
    fields.push(`HTTPClient: &http.Client{Transport: &http.Transport{${transport.join(', ')}}},`);
  }
  return [
    ...lines,
    `dialing, cancel := context.WithTimeout(ctx, ${program.handshakeTimeout}*time.Millisecond)`,
    `conn, _, err := websocket.Dial(dialing, ${expression(url, dialect)}, &websocket.DialOptions{`,
    ...indented(fields, INDENT),
    '})',
    'cancel()',
    'check(err)',
    'conn.SetReadLimit(1 << 30)',
  ];
}

export const TUNNEL = `
// tunnel connects through an HTTP proxy. The standard library does so for wss alone.
func tunnel(proxy *url.URL) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host := proxy.Host
		if proxy.Port() == "" {
			host += ":80"
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, network, host)
		if err != nil {
			return nil, err
		}
		request := &http.Request{Method: "CONNECT", URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
		if proxy.User != nil {
			password, _ := proxy.User.Password()
			credentials := base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password))
			request.Header.Set("Proxy-Authorization", "Basic "+credentials)
		}
		if err := request.Write(conn); err != nil {
			return nil, err
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), request)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode != 200 {
			return nil, errors.New("the proxy answered " + answer.Status)
		}
		return conn, nil
	}
}`.split('\n');
