import { EventEmitter, Range } from 'vscode';
import type { DocumentSelector, Event, TextDocument } from 'vscode';
import { analyzeRequestFile } from '../../core/request/plan/analyzeRequestFile.ts';
import type { Range as TreeRange } from '../../core/request/syntax/range.ts';
import type { RequestFile, RequestFileKind } from '../../core/request/syntax/tree.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../core/request/variables/environmentContext.ts';
import type { EnvironmentContext } from '../../core/request/variables/environmentContext.ts';

export const REQUEST_LANGUAGE = 'websocket-request';

/** The documents that hold requests. A .http file is one, whatever its language is. */
export const REQUEST_DOCUMENTS: DocumentSelector = [
  { language: REQUEST_LANGUAGE },
  { pattern: '**/*.{http,rest}' },
];

export function requestFileKind(document: TextDocument): RequestFileKind | undefined {
  // The old side of a comparison has outdated requests.
  if (document.uri.scheme === 'git') return undefined;
  if (document.languageId === REQUEST_LANGUAGE) return 'ws';
  return /\.(http|rest)$/i.test(document.uri.path) ? 'http' : undefined;
}

interface Parsed {
  readonly version: number;
  readonly environmentContext: EnvironmentContext;
  readonly file: RequestFile;
}

const parsed = new WeakMap<TextDocument, Parsed>();
const contexts = new WeakMap<TextDocument, EnvironmentContext>();

const contextChanged = new EventEmitter<TextDocument>();
/** Fires when the context of a document is set: its variables may have other values. */
export const onDidChangeEnvironmentContext: Event<TextDocument> = contextChanged.event;

/** Sets the context of a document. */
export function setEnvironmentContext(document: TextDocument, environmentContext: EnvironmentContext): void {
  contexts.set(document, environmentContext);
  contextChanged.fire(document);
}

/** The environment context that was last set for a document. */
export function environmentContextOf(document: TextDocument): EnvironmentContext {
  return contexts.get(document) ?? NO_ENVIRONMENT_CONTEXT;
}

/** The parsed document, parsed once per version; undefined if it is not a request file. */
export function requestFile(document: TextDocument): RequestFile | undefined {
  const kind = requestFileKind(document);
  if (!kind) return undefined;
  const { version } = document;
  const environmentContext = environmentContextOf(document);
  const known = parsed.get(document);
  if (
    known?.version === version &&
    known.file.kind === kind &&
    known.environmentContext === environmentContext
  )
    return known.file;
  const file = analyzeRequestFile(document.getText(), kind, environmentContext);
  parsed.set(document, { version, environmentContext, file });
  return file;
}

export function editorRange({ start, end }: TreeRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** The lines of a document by number; lines beyond its end are empty. */
export function linesOf(document: TextDocument): (line: number) => string {
  return (line) => (line < document.lineCount ? document.lineAt(line).text : '');
}

/** The range of the whole document. */
export function linesRange(document: TextDocument): Range {
  const last = document.lineCount - 1;
  return new Range(0, 0, last, document.lineAt(last).text.length);
}
