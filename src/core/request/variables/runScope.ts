import { excerpt } from '../../text/excerpt.ts';
import { capturedNames } from '../syntax/capturedNames.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import { createFileScope, type Scope } from './scope.ts';
import { scanText, type Template } from '../syntax/template.ts';
import type { Request, RequestFile } from '../syntax/tree.ts';
import { KNOWN_AT_RUN, type ValuePorts } from './value.ts';
import { createFetchedPort, fetchOutside, type OutsidePorts, type OutsideValues } from './outsideValues.ts';
import { createEnvironmentFinder } from './requestEnvironment.ts';
import { requestTemplates } from './requestTemplates.ts';
import type { Environment, EnvironmentContext } from './environmentContext.ts';
import { passphraseQuestion } from './environmentTls.ts';

export interface RunScopeSources {
  readonly environmentContext: EnvironmentContext;
  readonly outside: OutsidePorts;
  readonly made: Pick<ValuePorts, 'now' | 'randomBytes'>;
  /** The text of a file that `<@` names; undefined if it cannot be read, which the sender reports. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Values that were created before and must not change. */
  readonly kept?: Map<string, string>;
}

/**
 * Resolves the values for one run of a request and fetches all that it needs. Missing values are reported before
 * anything connects.
 * @returns the scope with all its secrets, and a function that creates another scope with the same values and no captures; or the
 * problems, each at its place
 */
export async function runScope(
  { file, request }: { readonly file: RequestFile; readonly request: Request },
  { environmentContext, outside, made, readText, kept = new Map<string, string>() }: RunScopeSources,
): Promise<
  { readonly scope: Scope; readonly fresh: () => Scope } | { readonly problems: readonly Problem[] }
> {
  const { environment, problem } = createEnvironmentFinder(environmentContext)(request);
  if (problem) return { problems: [problem] };
  const { overrides } = environmentContext;
  const passphrase = await passphraseFor(request, environment, outside);
  if (typeof passphrase === 'object') return { problems: [{ ...passphrase, range: request.target.range }] };
  const scopeWith = (port: ValuePorts['outside'], values = new Map<string, string>()): Scope =>
    createFileScope(file.variables, { ...made, ...(port && { outside: port }) }, values, {
      environment,
      overrides,
      passphrase,
    });
  const checkingScope = (port: ValuePorts['outside']): Scope => {
    const scope = scopeWith(port);
    for (const name of capturedNames(request)) scope.capture(name, KNOWN_AT_RUN);
    return scope;
  };

  const own = [...requestTemplates(request)];
  let values: OutsideValues = await fetchOutside(own, checkingScope, environmentContext, outside);
  const embedded = await embeddedTexts(request, checkingScope(createFetchedPort(values)), readText);
  values = await fetchOutside(
    embedded.map(({ text }) => text),
    checkingScope,
    environmentContext,
    outside,
    values,
  );

  const port = createFetchedPort(values);
  const check = checkingScope(port);
  const problems = [...own.map((text) => ({ text, at: undefined })), ...embedded].flatMap(({ text, at }) => {
    const resolved = check.resolve(text, at);
    return 'problems' in resolved ? resolved.problems : [];
  });
  if (problems.length > 0) return { problems };
  const scope = scopeWith(port, kept);
  // Masking needs all secrets before the first one is used.
  for (const text of own) scope.resolve(text);
  for (const { text, at } of embedded) scope.resolve(text, at);
  return { scope, fresh: () => scopeWith(port, kept) };
}

/** Asks for the passphrase of the environment's client certificate, unless the request has its own certificate. */
async function passphraseFor(
  { directives, defaults, target }: Request,
  { tls }: Environment,
  outside: OutsidePorts,
): Promise<string | undefined | Omit<Problem, 'range'>> {
  const isOwn = [...directives, ...(defaults?.directives ?? [])].some(({ name }) =>
    ['cert', 'key', 'pfx', 'passphrase'].includes(name.text),
  );
  const [scheme] = target.url.parts;
  const isPlain = typeof scheme === 'string' && /^ws:/i.test(scheme);
  if (!tls?.hasPassphrase || isOwn || isPlain) return undefined;
  const question = passphraseQuestion(tls);
  return (
    (await outside.prompt(question, { isHidden: true })) ?? {
      code: 'variable.unknown',
      message: `${excerpt(question)} was not answered: ${outside.remedies.prompt}`,
    }
  );
}

/** The texts of the files that `<@` names, if their paths are known before the run. */
async function embeddedTexts(
  { steps }: Request,
  scope: Scope,
  readText: RunScopeSources['readText'],
): Promise<{ readonly text: Template; readonly at: Template['range'] }[]> {
  const found: { text: Template; at: Template['range'] }[] = [];
  for (const { payload } of steps) {
    if (payload?.kind !== 'file' || payload.as !== 'text') continue;
    const path = scope.resolve(payload.path);
    const source = 'text' in path ? await readText(path.text) : undefined;
    if (source === undefined) continue;
    // A file that cannot be scanned is reported when it is sent.
    found.push({ text: { parts: scanText(source).parts, range: payload.range }, at: payload.range });
  }
  return found;
}
