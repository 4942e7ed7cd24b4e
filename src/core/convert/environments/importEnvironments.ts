import { parseJsonTree, type JsonNode } from '../../request/variables/jsonTree.ts';
import { SHARED } from '../../request/variables/environmentFile.ts';
import type { ImportedEnvironment, ImportedVariable, ImportResult } from '../imported.ts';
import type { Importer, ImportPorts } from '../importer.ts';
import type { ImportFile, ImportSource } from '../importSource.ts';
import { importReferences, variableName } from '../references.ts';

/** Settings of VS Code that hold environments. */
const SETTINGS = ['rest-client.environmentVariables', 'httpyac.environmentVariables'];

const SETTINGS_FILE = /(?:^|\/)(?:settings\.json|[^/]+\.code-workspace)$/i;
const HTTPYAC_FILE = /(?:^|\/)(?:\.httpyac|httpyac\.config|\.httpyac\.config)\.json$/i;
/** `dev.env`, `.env.dev` and `.env`, in httpYac's folder `env/` or beside its files. */
const DOTENV = /(?:^|\/)(?:([^/]+)\.env|\.env(?:\.([^/]+))?)$/i;

/** Environments of REST Client (settings of VS Code) and httpYac (`.httpyac.json`, `env/*.env`). */
export const ENVIRONMENTS: Importer = {
  id: 'environments',
  title: 'environments of REST Client or httpYac',
  recognise({ files }: ImportSource) {
    const found = files.find((file) => isJsonSource(file) || DOTENV.test(file.path));
    return found && `${found.path} holds environments`;
  },
  read({ files }, ports): ImportResult {
    const sections = new Map<string, Map<string, string>>();
    const left: string[] = [];
    let hasAny = false;
    for (const file of files) {
      if (isJsonSource(file)) {
        const tree = parseJsonTree(file.text);
        if ('message' in tree) return { problem: `${file.path}, line ${tree.at.line + 1}: ${tree.message}.` };
        for (const section of sectionsIn(tree, file)) {
          hasAny = true;
          addSections(sections, section, left);
        }
      } else if (DOTENV.test(file.path)) {
        hasAny = true;
        addDotenv(sections, file, ports);
      }
    }
    if (!hasAny)
      return {
        problem: 'It holds no environments: choose settings.json of VS Code, .httpyac.json or a .env file.',
      };
    const environments = [...sections].map(([name, variables]): ImportedEnvironment => ({
      name,
      variables: variablesOf(variables),
    }));
    const [first] = environments;
    return {
      collections: [],
      environments: first ? [{ ...first, left }, ...environments.slice(1)] : [],
    };
  },
};

function isJsonSource({ path, text }: ImportFile): boolean {
  if (HTTPYAC_FILE.test(path)) return true;
  return SETTINGS_FILE.test(path) && SETTINGS.some((name) => text.includes(`"${name}"`));
}

/** The objects of a file that hold environments by their names. */
function sectionsIn(tree: JsonNode, { path }: ImportFile): readonly JsonNode[] {
  const member = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
    node?.kind === 'object' ? node.members.get(name)?.value : undefined;
  const wanted = HTTPYAC_FILE.test(path)
    ? [member(tree, 'environments')]
    : [tree, member(tree, 'settings')].flatMap((node) => SETTINGS.map((name) => member(node, name)));
  return wanted.filter((node) => node !== undefined);
}

function addSections(sections: Map<string, Map<string, string>>, node: JsonNode, left: string[]): void {
  if (node.kind !== 'object') return;
  for (const [name, { value }] of node.members) {
    if (value.kind !== 'object') continue;
    // httpYac uses $default only if no environment is chosen.
    if (name === '$default')
      left.push('$default is left out: what holds without an environment is $shared here.');
    else {
      const section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      for (const [variable, { value: given }] of value.members)
        section.set(variable, given.kind === 'string' ? given.text : given.source);
    }
  }
}

function addDotenv(
  sections: Map<string, Map<string, string>>,
  { path, text }: ImportFile,
  { parseDotenv }: ImportPorts,
): void {
  const [, before, after] = DOTENV.exec(path) ?? [];
  const name = before ?? after ?? SHARED;
  const section = sections.get(name) ?? new Map<string, string>();
  sections.set(name, section);
  for (const [variable, value] of Object.entries(parseDotenv(text)))
    if (value !== undefined) section.set(variable, value);
}

function variablesOf(variables: ReadonlyMap<string, string>): readonly ImportedVariable[] {
  return [...variables].map(([name, value]) => ({
    name: variableName(name),
    // REST Client writes `{{$shared name}}` for a value of the shared environment.
    value: importReferences(value.replace(/\{\{\s*\$shared\s+([^{}]+?)\s*\}\}/g, '{{$1}}')),
  }));
}
