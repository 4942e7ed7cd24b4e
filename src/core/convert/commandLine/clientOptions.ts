/** An option of a command-line client: whether it takes a value, and its short form. */
export interface ClientOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
}

export type ClientOptions = Readonly<Record<string, ClientOption>>;

/** The parsed arguments: values by name in order, positional words, and unknown options. */
export interface GivenArguments {
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly positionals: readonly string[];
  readonly unknown: readonly string[];
}

/** Reads arguments by a table. The Node side implements it over `node:util`. */
export type ParseArguments = (args: readonly string[], options: ClientOptions) => GivenArguments;

function named(type: ClientOption['type'], names: string): ClientOptions {
  return Object.fromEntries(
    names.split(/\s+/).map((entry) => {
      const [name = '', short] = entry.split('/');
      return [name, { type, ...(short !== undefined && { short }), multiple: true as const }];
    }),
  );
}

/**
 * From curl's manual. Options with a value are listed even if they are ignored, so that the value is not taken for the
 * URL.
 */
export const CURL_OPTIONS: ClientOptions = {
  ...named(
    'string',
    'header/H user/u cacert cert/E key proxy/x cookie/b user-agent/A referer/e oauth2-bearer url unix-socket pass ' +
      'max-time/m connect-timeout request/X data/d data-raw data-binary data-urlencode data-ascii json form/F output/o write-out/w resolve ' +
      'connect-to proxy-user/U proxy-header cookie-jar/c dump-header/D interface limit-rate range/r retry retry-delay ' +
      'cert-type key-type ciphers tls-max tls13-ciphers capath crlfile upload-file/T stderr trace trace-ascii config/K noproxy proto ' +
      'max-redirs socks5 socks5-hostname socks4 preproxy local-port keepalive-time speed-limit/Y speed-time/y',
  ),
  ...named(
    'boolean',
    'insecure/k include/i silent/s show-error/S verbose/v no-buffer/N location/L compressed http1.1 http1.0/0 http2 fail/f ' +
      'globoff/g get/G head/I digest basic anyauth ipv4/4 ipv6/6 tlsv1/1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 progress-bar/# no-alpn ' +
      'proxytunnel/p location-trusted raw tcp-nodelay path-as-is ssl-reqd no-keepalive junk-session-cookies/j',
  ),
};

/** wscat 6, `wscat --help`. */
export const WSCAT_OPTIONS: ClientOptions = {
  ...named(
    'string',
    'connect/c header/H subprotocol/s origin/o auth ca cert key passphrase proxy host execute/x wait/w protocol/p listen/l max-redirects',
  ),
  ...named('boolean', 'no-check/n location/L show-ping-pong/P slash no-color'),
};

/** websocat 1, `websocat --help=long`. */
export const WEBSOCAT_OPTIONS: ClientOptions = {
  ...named(
    'string',
    'header/H protocol origin basic-auth ws-c-uri ping-interval ping-timeout buffer-size/B server-header restrict-uri/r pkcs12-der ' +
      'pkcs12-passwd client-pkcs12-der client-pkcs12-passwd socks5 preamble/p close-status-code close-reason tls-domain',
  ),
  ...named(
    'boolean',
    'insecure/k no-close/n one-message/1 text/t binary/b exit-on-eof/E verbose/v quiet/q linemode-zero-terminated/0 base64 ' +
      'unidirectional/u unidirectional-reverse/U jsonrpc print-ping-rtts no-line strict/S async-stdio',
  ),
};
