import type { Range } from './range.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** The diagnostics of request files; docs/request-files.md explains each. Codes are never reused or renamed. */
export type DiagnosticCode =
  | 'capture.syntax'
  | 'condition.jsonpath'
  | 'condition.regex'
  | 'condition.subject'
  | 'condition.syntax'
  | 'condition.value'
  | 'directive.argument'
  | 'directive.conflict'
  | 'directive.foreign'
  | 'directive.misplaced'
  | 'directive.repeated'
  | 'directive.unknown'
  | 'environment.file'
  | 'environment.unknown'
  | 'fault.syntax'
  | 'file.encoding'
  | 'file.missing'
  | 'file.mixed'
  | 'file.name'
  | 'header.invalid'
  | 'name.duplicate'
  | 'payload.adjacent'
  | 'payload.encoding'
  | 'payload.foreign'
  | 'portability'
  | 'protocol.table'
  | 'script.foreign'
  | 'script.unclosed'
  | 'separator.text'
  | 'step.wait'
  | 'subprotocol.invalid'
  | 'target.expected'
  | 'target.scheme'
  | 'target.version'
  | 'tls.insecure'
  | 'url.invalid'
  | 'url.path'
  | 'variable.command'
  | 'variable.cycle'
  | 'variable.expression'
  | 'variable.length'
  | 'variable.misplaced'
  | 'variable.syntax'
  | 'variable.unclosed'
  | 'variable.unknown'
  | 'variable.unsupported'
  | 'verb.encoding'
  | 'verb.unknown';

export interface Problem {
  readonly code: DiagnosticCode;
  /** One sentence: the cause and the remedy. */
  readonly message: string;
  readonly range: Range;
}

export interface Diagnostic extends Problem {
  readonly severity: Severity;
}
