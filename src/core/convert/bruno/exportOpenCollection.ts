import {
  createSecretNames,
  headerSecrets,
  payloadSecrets,
  urlSecrets,
  type NamedSecret,
} from '../../request/print/secretNames.ts';
import { unescapeParts } from '../../request/plan/unescapeText.ts';
import { requestName, writtenText } from '../../request/plan/requestName.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { Template } from '../../request/syntax/template.ts';
import type { Directive, Request, RequestFile, Step } from '../../request/syntax/tree.ts';
import { isSecretName } from '../../text/secretName.ts';
import { newFileName, type WrittenFile } from '../fileNames.ts';

export interface OpenCollection {
  /** The files of a folder, by path with slashes. */
  readonly files: readonly WrittenFile[];
  /** Sentences about the parts that OpenCollection cannot express. */
  readonly left: readonly string[];
}

/** The file of the collection itself, without its ending. */
const ROOT = 'opencollection';

/** Directives of steps that do not affect what is sent. */
const SILENT = new Set(['label', 'escape']);

/**
 * Writes the requests of a file as a collection of OpenCollection, a file for each, as Bruno keeps it. References stay; secrets
 * become variables of an environment, without values.
 * @param name of the collection
 */
export async function exportOpenCollection(file: RequestFile, name: string): Promise<OpenCollection> {
  const { stringify } = await import('yaml');
  const ofFile = new Set(file.variables.map(({ name: variable }) => variable.text));
  // A secret must not have the name of a variable, because the variable would take precedence.
  const found = new Map<string, string | undefined>([...ofFile].map((each) => [each, undefined]));
  const secrets = new Set<string>();
  const taken = new Set([ROOT]);
  const allLeft: string[] = [];

  /** Secrets of the options are replaced wherever they occur. */
  const writer = (options: Partial<ConnectOptions>): Written => {
    const hidden = createSecretNames(options, true, found);
    return (template, own = []) =>
      hidden
        .replaceSecrets(writtenText(template), (text) => text, own)
        .replace(/\{\{\$secret ([^{}\s]+)\}\}/g, (_, secret: string) => {
          const variable = ofFile.has(secret) ? `secret_${secret}` : secret;
          secrets.add(variable);
          return `{{${variable}}}`;
        })
        .replace(/\{\{\$(?:env|processEnv)[ .]([^{}\s]+)\}\}/g, '{{process.env.$1}}');
  };
  const written = writer({});
  const yaml = (path: string, content: object, left: readonly string[]): WrittenFile => {
    allLeft.push(...left);
    const head = left.map((sentence) => `# ${sentence.replace(/\s+/g, ' ')}\n`).join('');
    // Long lines are not folded, because folded text is read back with different line ends.
    return { path, text: head + stringify(content, { lineWidth: 0 }) };
  };

  const requests = file.requests.map((request, index) => {
    const title = requestName(request);
    const left: string[] = [];
    const content = requestContent(request, {
      title,
      index,
      left,
      written: writer({
        url: writtenText(request.target.url),
        headers: request.headers.map(({ name: each, value }) => [each.text, writtenText(value)]),
      }),
    });
    return yaml(
      `${newFileName(title, taken)}.yml`,
      content,
      left.map((each) => `${title}: ${each}`),
    );
  });
  const { defaults } = file;
  const variables = file.variables.map(({ name: variable, value }) => {
    const text = writtenText(value);
    const own: readonly NamedSecret[] = isSecretName(variable.text) ? [[variable.text, text]] : [];
    return { name: variable.text, value: written(value, own) };
  });
  const root = {
    opencollection: '1.0.0',
    info: { name },
    request: {
      ...(defaults && { headers: headersOf(defaults.directives, written) }),
      ...(variables.length > 0 && { variables }),
    },
    bundled: false,
  };
  const rootLeft = [
    ...unknownDirectives(defaults?.directives ?? [], new Set(['header'])),
    ...(file.servers.length > 0 ? ['SERVE blocks are left out: they are servers.'] : []),
    ...(file.proxies.length > 0 ? ['PROXY blocks are left out: they are proxies.'] : []),
  ];
  const environment = {
    name: 'Secrets',
    variables: [...secrets].map((secret) => ({ name: secret, secret: true })),
  };
  return {
    files: [
      yaml(`${ROOT}.yml`, root, rootLeft),
      ...requests,
      ...(secrets.size > 0 ? [yaml('environments/Secrets.yml', environment, [])] : []),
    ],
    left: allLeft,
  };
}

/** A text with its references, secrets as references too. */
type Written = (template: Template, own?: readonly NamedSecret[]) => string;

interface Writing {
  readonly title: string;
  readonly index: number;
  readonly written: Written;
  readonly left: string[];
}

function requestContent(request: Request, writing: Writing): object {
  const { title, index, written, left } = writing;
  const header = headerWriter(written);
  const { directives, headers, target, steps } = request;
  const offers = directives.filter(({ name }) => name.text === 'subprotocol');
  left.push(...unknownDirectives(directives, new Set(['name', 'subprotocol'])));
  const all = [
    ...headers.map(({ name, value }) => header(name.text, value)),
    ...offers.flatMap(({ argument }) => (argument ? [header('Sec-WebSocket-Protocol', argument)] : [])),
  ];
  const url = written(target.url, urlSecrets(writtenText(target.url)));
  const messages = steps.flatMap((step) => messageOf(step, writing));
  return {
    info: { name: title, type: 'websocket', seq: index + 1 },
    websocket: {
      url,
      ...(all.length > 0 && { headers: all }),
      ...(messages.length > 0 && { message: messages }),
    },
  };
}

function headerWriter(written: Written): (name: string, value: Template) => object {
  return (name, value) => ({ name, value: written(value, headerSecrets(name, writtenText(value))) });
}

function headersOf(directives: readonly Directive[], written: Written): object[] {
  const header = headerWriter(written);
  return directives.flatMap((each) =>
    each.header ? [header(each.header.name.text, each.header.value)] : [],
  );
}

function unknownDirectives(directives: readonly Directive[], known: ReadonlySet<string>): string[] {
  const names = new Set(directives.map(({ name }) => name.text).filter((name) => !known.has(name)));
  return [...names].map((name) => `@${name} is not carried over.`);
}

/** A message to send. Notes list the other parts of the step, which are left out. */
function messageOf(step: Step, { written, left }: Writing): readonly object[] {
  const { payload, directives, separator } = step;
  const place = `step ${step.index + 1}`;
  if (separator?.wait) left.push(`The wait of ${place} is left out: a collection only sends.`);
  const others = directives.filter(({ name }) => !SILENT.has(name.text));
  const named = [...new Set(others.map(({ name }) => `@${name.text}`))];
  if (named.length > 0)
    left.push(`${named.join(', ')} of ${place} ${named.length === 1 ? 'is' : 'are'} left out.`);
  if (!payload) return [];
  const changesPayload = others.some(({ name }) => !OF_WAITS.has(name.text));
  if (payload.kind === 'file' || changesPayload) {
    left.push(`The payload of ${place} is left out: a collection holds text that is sent as it is.`);
    return [];
  }
  const isEscaped = directives.some(({ name }) => name.text === 'escape');
  const unescaped = isEscaped ? unescapeParts(payload.text.parts) : { parts: payload.text.parts };
  if ('problem' in unescaped) {
    left.push(`The payload of ${place} is left out: ${unescaped.problem}`);
    return [];
  }
  const { parts } = unescaped;
  if (parts.some((part) => typeof part === 'string' && part.includes('{{')))
    left.push(`The payload of ${place} holds {{ as text, which is a variable in a collection.`);
  const data = written({ ...payload.text, parts }, payloadSecrets(parts));
  const label = directives.find(({ name }) => name.text === 'label')?.argument;
  return [
    {
      title: label ? writtenText(label) : `message ${step.index + 1}`,
      ...(step.index === 0 && { selected: true }),
      message: { type: isJson(data) ? 'json' : 'text', data },
    },
  ];
}

/** Directives of steps that leave their payload as it is. */
const OF_WAITS = new Set(['where', 'within', 'none', 'expect', 'capture', 'delay', 'reply', 'repeat', 'to']);

/** Whether it is JSON once its variables have values. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/\{\{[^{}]*\}\}/g, '0'));
    return /^\s*[[{]/.test(text);
  } catch {
    return false;
  }
}
