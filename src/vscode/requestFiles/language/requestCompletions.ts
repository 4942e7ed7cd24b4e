import { CompletionItem, CompletionItemKind, FileType, workspace } from 'vscode';
import type { CompletionItemProvider, Position, TextDocument } from 'vscode';
import { completions, type Completion } from '../../../core/request/service/completions.ts';
import { DYNAMIC_VARIABLE_DOCS } from '../../../core/request/variables/dynamicVariables.ts';
import { knownVariables } from '../../../core/request/service/knownVariables.ts';
import { lineContext, type LineContext } from '../../../core/request/service/lineContext.ts';
import { NOTHING_SEEN, stepProtocolAt } from '../../../core/request/service/protocolWords.ts';
import { OPTION_DOCS } from '../../../core/request/service/optionDocs.ts';
import type { RequestFile } from '../../../core/request/syntax/tree.ts';
import { editorRange, linesOf, requestFile } from '../requestDocuments.ts';
import { payloadUri } from '../payloadFile.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';
import { inertMarkdown, inertText, ownMarkdown } from '../../inertText.ts';

/** Characters that open the completion automatically. */
export const REQUEST_TRIGGERS = ['@', '{', '$', '.', '/', '=', ' ', '<'];

const KINDS: Record<Completion['kind'], CompletionItemKind> = {
  directive: CompletionItemKind.Keyword,
  variable: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  header: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  operator: CompletionItemKind.Operator,
  path: CompletionItemKind.Field,
  keyword: CompletionItemKind.Keyword,
};

/** Directives that name a file. */
const PATH_DIRECTIVES = new Set(['ca', 'cert', 'key', 'pfx']);

/**
 * Completes directives and their values, headers, variables, environments, paths of files, and paths into recorded
 * messages.
 */
export function requestCompletions(knowledge: RequestKnowledge): CompletionItemProvider {
  return {
    async provideCompletionItems(document, position) {
      const file = requestFile(document);
      const context = file && lineContext(file, linesOf(document), position);
      if (!context) return [];
      const path = pathBeingWritten(context);
      if (path) return fileItems(document, context, path.text);
      return itemsOf(knowledge, document, file, position, context);
    },
  };
}

async function itemsOf(
  knowledge: RequestKnowledge,
  document: TextDocument,
  file: RequestFile,
  position: Position,
  context: LineContext,
): Promise<CompletionItem[]> {
  const isReference = context.kind === 'reference';
  const isArgument = context.kind === 'directiveArgument';
  const { line } = position;
  // Each source is read only if its values are proposed, because environments are files and messages are in
  // recordings.
  const isDirective = isArgument || context.kind === 'directiveName';
  const scope = isReference || isDirective ? knowledge.scopeAt(document, file, line) : undefined;
  const stepProtocol = isDirective && scope ? stepProtocolAt(file, line, scope) : undefined;
  const environments = isArgument ? await knowledge.environments(document) : [];
  const isSeen = isArgument && context.zone === 'step';
  const paths = isSeen ? await knowledge.seenPaths(document, file, line) : [];
  const units =
    isSeen && stepProtocol ? await knowledge.seenUnits(document, file, line, stepProtocol) : NOTHING_SEEN;
  return completions(file, linesOf(document), position, {
    options: OPTION_DOCS,
    dynamicVariables: DYNAMIC_VARIABLE_DOCS,
    variables: (at) => (scope ? knownVariables(scope, at) : []),
    environments: () => environments,
    secrets: () => knowledge.secretNames(document),
    paths: () => paths,
    stepProtocol: () => stepProtocol,
    units: () => units,
  }).map(itemOf);
}

function itemOf({
  label,
  kind,
  detail,
  documentation,
  origin,
  insert,
  range,
  continues,
}: Completion): CompletionItem {
  const item = new CompletionItem(inertText(label), KINDS[kind]);
  // VS Code would filter by the label and insert it, and the label may differ from the written text.
  item.filterText = label;
  item.insertText = insert ?? label;
  item.range = editorRange(range);
  if (detail !== undefined) item.detail = inertText(detail);
  // The documentation is our Markdown; the origin of a variable contains a foreign name of an environment.
  if (documentation !== undefined) item.documentation = ownMarkdown(documentation);
  if (origin !== undefined) item.documentation = inertMarkdown(origin);
  if (continues) item.command = { command: 'editor.action.triggerSuggest', title: '' };
  return item;
}

function pathBeingWritten(context: LineContext): { readonly text: string } | undefined {
  if (context.kind === 'path') return context;
  if (context.kind === 'directiveArgument' && PATH_DIRECTIVES.has(context.name)) return context;
  const schema = context.kind === 'directiveArgument' && /\sschema\s+(\S*)$/.exec(context.text);
  return schema ? { text: schema[1]! } : undefined;
}

/** The entries of the folder in the path that was typed so far. */
async function fileItems(
  document: TextDocument,
  context: LineContext,
  text: string,
): Promise<CompletionItem[]> {
  if (!workspace.isTrusted || document.isUntitled) return [];
  const folder = text.slice(0, text.lastIndexOf('/') + 1);
  const { end } = context.range;
  const start = { line: end.line, character: end.character - (text.length - folder.length) };
  const entries = await listed(document, folder === '' ? './' : folder);
  return entries.map(([name, type]) => {
    const isFolder = (type & FileType.Directory) !== 0;
    const kind = isFolder ? CompletionItemKind.Folder : CompletionItemKind.File;
    const item = new CompletionItem(inertText(name), kind);
    item.filterText = name;
    item.range = editorRange({ start, end });
    item.insertText = `${folder === '' ? './' : ''}${name}${isFolder ? '/' : ''}`;
    if (isFolder) item.command = { command: 'editor.action.triggerSuggest', title: '' };
    return item;
  });
}

async function listed(document: TextDocument, folder: string): Promise<[string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(payloadUri(document.uri, folder));
  } catch {
    // A missing folder offers no entries. A run of the request reports it.
    return [];
  }
}
