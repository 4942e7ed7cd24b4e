import { maskSecrets } from '../../session/secrets/maskSecrets.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { optionConflicts } from '../../session/options/connectOptions.ts';
import { protocolProblem } from '../../protocol/protocolChoice.ts';
import { optionProblem } from '../../session/options/optionProblem.ts';
import type { OptionKey, OptionSpec } from '../../session/options/optionSpec.ts';
import { OPTION_ENTRIES, OPTIONS } from '../../session/options/optionTable.ts';
import { readOption } from '../../session/options/optionText.ts';
import { invalidHeader, invalidUrl } from '../../session/options/validate.ts';
import type { DiagnosticCode, Problem } from '../syntax/diagnostic.ts';
import type { Range } from '../syntax/range.ts';
import type { Scope } from '../variables/scope.ts';
import type { Template } from '../syntax/template.ts';
import type { Directive, Header, Request } from '../syntax/tree.ts';
import { spellOptions } from '../../session/options/optionName.ts';

type Changeable = { -readonly [key in keyof GivenOptions]: GivenOptions[key] };

/** A map, because a file may name a directive `__proto__`. */
const DIRECTIVES: ReadonlyMap<string, readonly [OptionKey, OptionSpec]> = new Map(
  OPTION_ENTRIES.filter(([, { kind }]) => kind !== 'headers').map((entry) => [entry[1].name, entry]),
);

/** Maximum length of a URL with variables filled in: more than servers accept, less than would be slow to check. */
const MAX_HEAD_TEXT = 65_536;

/**
 * Builds the connection options of a request, variables filled in and everything checked.
 * @returns the options, or all problems, each at its place
 */
export function requestOptions(
  request: Pick<Request, 'target' | 'headers' | 'directives' | 'defaults'>,
  scope: Scope,
  urlProblem: (url: string) => string | undefined = invalidUrl,
): { readonly options: GivenOptions } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const fail = (code: DiagnosticCode, range: Range, message: string | undefined): void => {
    // The text that an error message may quote.
    if (message !== undefined)
      problems.push({
        code,
        range,
        message: maskSecrets(spellOptions(message, 'requestFile'), [...scope.secrets]),
      });
  };
  const text = (template: Template): string | undefined => {
    const resolved = scope.resolve(template);
    if ('problems' in resolved) {
      for (const problem of resolved.problems) problems.push(problem);
      return undefined;
    }
    if (resolved.text.length <= MAX_HEAD_TEXT) return resolved.text;
    fail('variable.length', template.range, `This is longer than ${MAX_HEAD_TEXT} characters: shorten it.`);
    return undefined;
  };

  const options: Changeable = { url: '' };
  const url = text(request.target.url);
  if (url !== undefined) {
    options.url = url;
    const { keyword, url: written } = request.target;
    fail(
      'url.invalid',
      written.parts.length === 0 && keyword ? keyword.range : written.range,
      urlProblem(url),
    );
  }
  const ranges = new Map<OptionKey, Range>();
  /** An option that is given, but whose value is not known, or not known yet. */
  const unknown = new Set<OptionKey>();
  const take = (key: OptionKey, spec: OptionSpec, value: string, range: Range): void => {
    const code = key === 'subprotocols' ? 'subprotocol.invalid' : 'directive.argument';
    if (key === 'subprotocols' && options.subprotocols)
      return fail(
        code,
        range,
        'The subprotocols are given twice: keep either @subprotocol or the header Sec-WebSocket-Protocol.',
      );
    const read = readOption(spec, value);
    if ('problem' in read) return fail(code, range, read.problem);
    ranges.set(key, range);
    fail(code, range, optionProblem(key, read.value as never));
    if (key === 'protocol') fail(code, range, protocolProblem(read.value as string));
    const isRepeatable = spec.kind === 'paths' || spec.kind === 'rules';
    const earlier = isRepeatable ? ((options[key] as readonly string[] | undefined) ?? []) : [];
    const taken = isRepeatable ? [...earlier, ...(read.value as readonly string[])] : read.value;
    Object.assign(options, { [key]: taken });
  };
  const headers: [string, string][] = [];
  let offered: string | undefined;
  const takeHeader = ({ name, value: written, range }: Header): void => {
    const value = text(written);
    if (value === undefined) return;
    // JetBrains and httpYac offer subprotocols with this header.
    if (isSubprotocolHeader(name.text)) {
      // Several header lines form one list (RFC 6455, section 11.3.4).
      if (offered !== undefined) delete options.subprotocols;
      offered = offered === undefined ? value : `${offered}, ${value}`;
      return take('subprotocols', OPTIONS.subprotocols, offered, range);
    }
    fail('header.invalid', range, invalidHeader(name.text, value));
    headers.push([name.text, value]);
  };
  const takeDirective = ({ name, argument, range }: Directive): void => {
    const option = DIRECTIVES.get(name.text);
    if (!option) return;
    const [key, spec] = option;
    const isFlag = spec.kind === 'flag' || spec.kind === 'negatedFlag';
    // A missing or superfluous value is reported by the check of the directives.
    if (isFlag !== (argument === undefined)) return;
    const value = argument ? text(argument) : '';
    if (value === undefined) unknown.add(key);
    else take(key, spec, value, argument?.range ?? range);
  };

  const own = new Set<OptionKey>();
  const ownHeaders = new Set(request.headers.map(({ name }) => name.text.toLowerCase()));
  for (const { name } of request.directives) {
    const option = DIRECTIVES.get(name.text);
    if (option) own.add(option[0]);
  }
  if (ownHeaders.has('sec-websocket-protocol')) own.add('subprotocols');
  for (const directive of request.defaults?.directives ?? []) {
    const { header } = directive;
    if (header) {
      const isOwn = isSubprotocolHeader(header.name.text)
        ? own.has('subprotocols')
        : ownHeaders.has(header.name.text.toLowerCase());
      if (!isOwn) takeHeader(header);
    } else if (!isOverridden(DIRECTIVES.get(directive.name.text)?.[0], own)) takeDirective(directive);
  }
  applyEnvironmentTls(options, scope, [...request.directives, ...(request.defaults?.directives ?? [])]);
  request.directives.forEach(takeDirective);
  request.headers.forEach(takeHeader);
  if (headers.length > 0) options.headers = headers;
  // Compression parameters switch compression on, whatever the settings say.
  if (options.deflateParameters) options.deflate ??= true;
  for (const { keys, message } of optionConflicts(options)) {
    const range = keys.map((key) => ranges.get(key)).find((found) => found !== undefined);
    if (range && !keys.some((key) => unknown.has(key))) fail('directive.conflict', range, message);
  }
  if (scope.secrets.size > 0) options.secrets = [...scope.secrets];
  return problems.length > 0 ? { problems } : { options };
}

/** The environment's TLS options apply unless the request or the defaults of its file set them. */
function applyEnvironmentTls(options: Changeable, { tls }: Scope, directives: readonly Directive[]): void {
  if (!tls) return;
  const given = new Set(directives.map(({ name }) => name.text));
  if (tls.insecure && !given.has('insecure')) options.insecure = true;
  if (['cert', 'key', 'pfx', 'passphrase'].some((name) => given.has(name))) return;
  const { cert, key, pfx, passphrase } = tls;
  Object.assign(options, {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(pfx !== undefined && { pfx }),
    ...(passphrase !== undefined && (key !== undefined || pfx !== undefined) && { passphrase }),
  });
}

/** Option groups: a request that sets one option of a group gets none of the group's other defaults. */
const ALTERNATIVES: readonly (readonly OptionKey[])[] = [
  ['cert', 'key', 'pfx', 'passphrase'],
  ['deflate', 'deflateParameters'],
];

/** Whether a default does not apply because the request itself sets the option or its group. */
function isOverridden(key: OptionKey | undefined, own: ReadonlySet<OptionKey>): boolean {
  if (key === undefined) return true;
  if (own.has(key)) return true;
  return ALTERNATIVES.some((group) => group.includes(key) && group.some((each) => own.has(each)));
}

function isSubprotocolHeader(name: string): boolean {
  return name.toLowerCase() === 'sec-websocket-protocol';
}
