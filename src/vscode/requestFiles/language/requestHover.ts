import { Hover, MarkdownString } from 'vscode';
import type { HoverProvider } from 'vscode';
import { DYNAMIC_VARIABLE_DOCS } from '../../../core/request/variables/dynamicVariables.ts';
import { hover } from '../../../core/request/service/hover.ts';
import { knownVariable } from '../../../core/request/service/knownVariables.ts';
import { OPTION_DOCS } from '../../../core/request/service/optionDocs.ts';
import { editorRange } from '../editorRange.ts';
import { requestFile } from '../requestDocuments.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';
import { inertMarkdown, ownMarkdown } from '../../inertText.ts';

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
      const text = found.isPlain ? new MarkdownString() : ownMarkdown(found.text);
      // A value is code: as Markdown it could be a link.
      if (found.code !== undefined) text.appendCodeblock(found.code, 'plaintext');
      return new Hover(found.isPlain ? inertMarkdown(found.text, text) : text, editorRange(found.range));
    },
  };
}
