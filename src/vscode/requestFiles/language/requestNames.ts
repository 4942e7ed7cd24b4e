import { Hover, l10n, Location, MarkdownString, WorkspaceEdit } from 'vscode';
import type {
  DefinitionProvider,
  HoverProvider,
  Position,
  ReferenceProvider,
  RenameProvider,
  TextDocument,
} from 'vscode';
import { hover } from '../../../core/request/service/hover.ts';
import { knownVariable } from '../../../core/request/service/knownVariables.ts';
import {
  definitionsIn,
  definitionsOf,
  invalidVariableName,
  nameAt,
  occurrencesOf,
} from '../../../core/request/service/names.ts';
import { stepProtocolAt } from '../../../core/request/service/protocolWords.ts';
import { OPTION_DOCS } from '../../../core/request/service/optionDocs.ts';
import type { Text } from '../../../core/request/syntax/range.ts';
import type { RequestFile } from '../../../core/request/syntax/tree.ts';
import { DYNAMIC_VARIABLE_DOCS } from '../../../core/request/variables/dynamicVariables.ts';
import { inertMarkdown, ownMarkdown } from '../../inertText.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';
import { editorRange, requestFile } from '../requestDocuments.ts';

/** Go to Definition, Find References and Rename for variables and captures within their file. */
export const requestNames: DefinitionProvider & ReferenceProvider & RenameProvider = {
  provideDefinition(document, position) {
    const named = namedAt(document, position);
    return named
      ? definitionsOf(named.file, named.name.text, position).map(({ name }) => locationOf(document, name))
      : [];
  },

  provideReferences(document, position, { includeDeclaration }) {
    const named = namedAt(document, position);
    if (!named) return [];
    const definitions = new Set(definitionsIn(named.file).map(({ name }) => name));
    return occurrencesOf(named.file, named.name.text)
      .filter((name) => includeDeclaration || !definitions.has(name))
      .map((name) => locationOf(document, name));
  },

  prepareRename(document, position) {
    const named = namedAt(document, position);
    if (!named) throw new Error(l10n.t('There is no variable here: put the cursor on its name.'));
    const { file, name } = named;
    if (!definitionsIn(file).some((definition) => definition.name.text === name.text))
      throw new Error(
        l10n.t('{0} is not defined in this file: rename it in the environment that defines it.', name.text),
      );
    return editorRange(name.range);
  },

  provideRenameEdits(document, position, newName) {
    const named = namedAt(document, position);
    const problem = invalidVariableName(newName);
    if (problem !== undefined) throw new Error(problem);
    const edit = new WorkspaceEdit();
    for (const { range } of named ? occurrencesOf(named.file, named.name.text) : [])
      edit.replace(document.uri, editorRange(range), newName);
    return edit;
  },
};

function namedAt(
  document: TextDocument,
  position: Position,
): { readonly file: RequestFile; readonly name: Text } | undefined {
  const file = requestFile(document);
  const name = file && nameAt(file, position);
  return name && { file, name };
}

function locationOf(document: TextDocument, { range }: Text): Location {
  return new Location(document.uri, editorRange(range));
}

/** The value and the origin of a variable, the documentation of a directive, the purpose of a header. */
export function requestHover(knowledge: RequestKnowledge): HoverProvider {
  return {
    provideHover(document, position) {
      const file = requestFile(document);
      if (!file) return undefined;
      const scope = knowledge.scopeAt(document, file, position.line);
      const found = hover(file, position, {
        options: OPTION_DOCS,
        dynamicVariables: DYNAMIC_VARIABLE_DOCS,
        variable: (name, at) => knownVariable(scope, name, at),
        stepProtocol: ({ line }) => stepProtocolAt(file, line, scope),
      });
      if (!found) return undefined;
      const text = found.isPlain ? new MarkdownString() : ownMarkdown(found.text);
      // A value is shown as code, because as Markdown it could be a link.
      if (found.code !== undefined) text.appendCodeblock(found.code, 'plaintext');
      return new Hover(found.isPlain ? inertMarkdown(found.text, text) : text, editorRange(found.range));
    },
  };
}
