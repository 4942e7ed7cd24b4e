import { TEXT } from '../texts.ts';

export interface ExtensionParameter {
  readonly name: string;
  /** Empty for one that is only named. */
  readonly value: string;
  /** What it means, where that is known. */
  readonly meaning: string;
}

export interface Extension {
  readonly name: string;
  readonly parameters: readonly ExtensionParameter[];
}

const DEFLATE = 'permessage-deflate';

/** Of permessage-deflate: RFC 7692, section 7.1. */
const MEANINGS: Readonly<Record<string, (value: string) => string>> = {
  server_no_context_takeover: () => TEXT.serverNoContextTakeover,
  client_no_context_takeover: () => TEXT.clientNoContextTakeover,
  server_max_window_bits: (value) => TEXT.serverWindow(windowSize(value)),
  client_max_window_bits: (value) => TEXT.clientWindow(windowSize(value)),
};

/** 15 bits are 32 KiB, and what it is without a value (RFC 7692, section 7.1.2). */
function windowSize(bits: string): string {
  const size = 2 ** Number(bits || '15');
  return size >= 1024 ? `${size / 1024} KiB` : `${size} B`;
}

/** The value of a Sec-WebSocket-Extensions header (RFC 6455, section 9.1), as it was agreed. */
export function parseExtensions(header: string): Extension[] {
  return header
    .split(',')
    .map((text) => {
      const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
      return { name, parameters: parameters.map((part) => parameterOf(name, part)) };
    })
    .filter(({ name }) => name !== '');
}

function parameterOf(extension: string, text: string): ExtensionParameter {
  const [name = '', value = ''] = text.split('=').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  return { name, value, meaning: (extension === DEFLATE && MEANINGS[name]?.(value)) || '' };
}

/** `permessage-deflate; client_max_window_bits=15` is told as `deflate`; extensions that are not known by name. */
export function extensionNames(header: string): string {
  return parseExtensions(header)
    .map(({ name }) => (name === DEFLATE ? TEXT.deflate : name))
    .join(', ');
}

/** The same with all parameters, one a line. */
export function explainExtensions(header: string): string {
  return parseExtensions(header)
    .flatMap(({ name, parameters }) => [name, ...parameters.map((each) => `    ${parameterText(each)}`)])
    .join('\n');
}

export function parameterText({ name, value, meaning }: ExtensionParameter): string {
  const spelled = value === '' ? name : `${name}=${value}`;
  return meaning === '' ? spelled : `${spelled}: ${meaning}`;
}
