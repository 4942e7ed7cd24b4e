import { Hover, MarkdownString } from 'vscode';
import type { HoverProvider } from 'vscode';
import { DYNAMIC_VARIABLE_DOCS } from '../../../core/request/service/dynamicVariableDocs.ts';
import { hover } from '../../../core/request/service/hover.ts';
import { knownVariable } from '../../../core/request/service/knownVariables.ts';
import { OPTION_DOCS } from '../../../core/request/service/optionDocs.ts';
import { editorRange } from '../editorRange.ts';
import { requestFile } from '../requestDocuments.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';

/** A variable's value and where it comes from, a directive's documentation, a header's purpose. */
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
      });
      if (!found) return undefined;
      const text = new MarkdownString();
      // What the user's files hold goes in as code: never as Markdown, which could be a link.
      if (found.code !== undefined) text.appendCodeblock(found.code, 'plaintext').appendText(found.text);
      else text.appendMarkdown(found.text);
      return new Hover(text, editorRange(found.range));
    },
  };
}
