import { DYNAMIC_VARIABLE_DOCS } from '../request/variables/dynamicVariables.ts';

/** A name as request files can write it in `{{name}}`. */
export function variableName(name: string): string {
  const plain = name.trim().replace(/[^\p{L}\p{N}_.-]+/gu, '_');
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}

/**
 * Converts `{{name}}` of Postman, Bruno and AsyncAPI tools. Names that request files cannot write are
 * respelt; names of a vault become secrets.
 */
export function importReferences(text: string): string {
  return text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_, name: string) => {
    const vault = /^vault:(.+)$/.exec(name)?.[1];
    if (vault !== undefined) return `{{$secret ${variableName(vault)}}}`;
    const environment = /^process\.env\.(.+)$/.exec(name)?.[1];
    if (environment !== undefined) return `{{$env ${environment}}}`;
    return name.startsWith('$') ? `{{${name}}}` : `{{${variableName(name)}}}`;
  });
}

/** Sentences about dynamic variables that request files do not have. */
export function unknownDynamics(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\{\{\s*(\$[\w.-]+)/g)].map(([, name = '']) => name),
  );
  return [...new Set(names)]
    .filter((name) => !DYNAMIC_VARIABLE_DOCS.has(name) && !name.startsWith('$env.'))
    .map((name) => `There is no dynamic variable ${name} here: replace it in the request.`);
}
