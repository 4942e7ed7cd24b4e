// @ts-check
import ts from 'typescript';

/** Maximum lines of a source file. */
export const MAX_LINES = 400;

/** @typedef {{ readonly path: string, readonly text: string }} SourceFile `path` from the root, with slashes: `src/core/text/units.ts` */

/**
 * Checks the rules that neither eslint nor the layer check covers: a name is exported once, and no file is longer than
 * `MAX_LINES`. The entry points directly in `src` export the names that VS Code expects.
 * @param {readonly SourceFile[]} files
 * @returns {string[]} one sentence per violation, in the order of the files
 */
export function sourceProblems(files) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  return files.flatMap(({ path, text }) => {
    const problems = [];
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    if (lines > MAX_LINES) problems.push(`${path} has ${lines} lines, more than ${MAX_LINES}: split it.`);
    const isEntry = path.split('/').length === 2;
    for (const name of isEntry ? [] : exportedNames(path, text)) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, path);
      else problems.push(`${path} exports ${name}, as ${owner} does: give one of them another name.`);
    }
    return problems;
  });
}

/**
 * The names that a module gives to its exports. Overloads, and a type and a value of one name, count once; re-exporting
 * a name of another module does not count.
 * @param {string} path @param {string} text @returns {Set<string>}
 */
function exportedNames(path, text) {
  const names = new Set();
  for (const statement of ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported) for (const name of declaredNames(statement)) names.add(name);
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      for (const { name, propertyName } of statement.exportClause.elements)
        if (!statement.moduleSpecifier || propertyName) names.add(name.text);
  }
  return names;
}

/** @param {ts.Statement} statement @returns {string[]} */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  const { name } = /** @type {ts.DeclarationStatement} */ (statement);
  return name && ts.isIdentifier(name) ? [name.text] : [];
}
