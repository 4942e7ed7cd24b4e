import { mistakenTarget, fileForm, intendedSeparator } from '../syntax/lineForms.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import { SOCKET_IO_PATH } from '../../session/options/usualPath.ts';
import { nearest } from '../../text/nearest.ts';
import { rangeInLine, type Range } from '../syntax/range.ts';
import { VARIABLE_NAME } from '../syntax/template.ts';
import type { Role } from '../../protocol/protocolModule.ts';
import type { RequestFile } from '../syntax/tree.ts';
import { protocolArgument, protocolsWith, type StepProtocol } from '../plan/stepVerb.ts';
import { PROXY_DIRECTIVE_DOCS, REQUEST_DIRECTIVE_DOCS, STEP_DIRECTIVE_DOCS } from './directiveDocs.ts';
import { zoneAt } from './lineContext.ts';
import { isSecretName } from '../../text/secretName.ts';
import { definitionsIn } from './names.ts';
import { verbDocs } from './protocolWords.ts';

/** A change of the file that fixes a problem. */
export interface QuickFix {
  readonly title: string;
  readonly range: Range;
  readonly text: string;
  /** Whether it is the preferred fix. */
  readonly preferred: boolean;
  /** A secret that the fix refers to; the editor asks for its value. */
  readonly secret?: string;
}

type Lines = (line: number) => string;

/** Fixes for a problem that depend only on its place. */
export function quickFixes(
  file: RequestFile,
  lineAt: Lines,
  { code, range }: Pick<Problem, 'code' | 'range'>,
  optionDirectives: Iterable<string>,
  stepProtocol?: StepProtocol,
): QuickFix[] {
  const line = range.start.line;
  const text = lineAt(line);
  switch (code) {
    case 'directive.unknown': {
      const zone = zoneAt(file, lineAt, line);
      const names =
        zone === 'step'
          ? [...(stepProtocol ? verbDocs(stepProtocol).keys() : []), ...STEP_DIRECTIVE_DOCS.keys()]
          : [...REQUEST_DIRECTIVE_DOCS.keys(), ...PROXY_DIRECTIVE_DOCS.keys(), ...optionDirectives];
      return [...replacedDirective(text, line, names), removed(line)];
    }
    case 'verb.unknown':
      return [...(stepProtocol ? [] : namedProtocols(file, text, line)), removed(line)];
    case 'directive.foreign':
    case 'directive.misplaced':
    case 'directive.repeated':
      return [removed(line)];
    case 'directive.argument':
      return withUnit(text, range);
    case 'variable.unknown':
      return unknownVariable(file, text, range);
    case 'variable.unclosed':
      return [
        replaced('Close it with }}', rangeInLine(line, text.trimEnd().length, text.trimEnd().length), '}}'),
      ];
    case 'target.expected':
    case 'url.invalid':
      return [...webSocketScheme(text, line), ...webSocketKeyword(text, line)];
    case 'url.path': {
      const url = text.slice(range.start.character, range.end.character).trimEnd();
      const at = range.start.character + url.replace(/\/$/, '').length;
      const end = range.start.character + url.length;
      return [replaced(`Add ${SOCKET_IO_PATH}`, rangeInLine(line, at, end), SOCKET_IO_PATH)];
    }
    case 'separator.text':
      return [
        replaced(
          'Make it a separator',
          rangeInLine(line, 0, text.length),
          intendedSeparator(text, roleAt(file, line)) ?? '===',
        ),
        ...(text.trimStart().startsWith('===') ? [escaped(text, line, false)] : []),
      ];
    case 'payload.adjacent':
      return [replaced('Leave an empty line above the message', rangeInLine(line, 0, 0), '\n')];
    case 'payload.foreign':
      return /^\s*[<>]/.test(text)
        ? [removed(line)]
        : [replaced('Start another request here', rangeInLine(line, 0, 0), '###\n')];
    case 'file.mixed':
      return [escaped(text, line, true)];
    case 'file.encoding': {
      const encoding = fileForm(text)?.encoding ?? '';
      const at = text.indexOf('<@') + 2;
      return encoding === ''
        ? []
        : [replaced('Read the file as UTF-8', rangeInLine(line, at, at + encoding.length), '')];
    }
    default:
      return [];
  }
}

/** The protocols with a verb, to be named above the target of its request. */
function namedProtocols({ requests }: RequestFile, text: string, line: number): QuickFix[] {
  const [, verb = ''] = /^\s*(?:#+|\/\/+)\s*@([\w-]+)/.exec(text) ?? [];
  const request = requests.find(({ range }) => range.start.line <= line && line <= range.end.line);
  if (!request || protocolArgument(request)) return [];
  const above = rangeInLine(request.target.range.start.line, 0, 0);
  return protocolsWith(verb).map(({ id }) =>
    replaced(`Name the protocol: # @protocol ${id}`, above, `# @protocol ${id}\n`, false),
  );
}

function replaced(title: string, range: Range, text: string, preferred = true): QuickFix {
  return { title, range, text, preferred };
}

function removed(line: number): QuickFix {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return replaced('Remove the line', range, '', false);
}

function escaped(text: string, line: number, preferred: boolean): QuickFix {
  const at = text.length - text.trimStart().length;
  return replaced('Send it as text: write a backslash before it', rangeInLine(line, at, at), '\\', preferred);
}

function replacedDirective(text: string, line: number, names: Iterable<string>): QuickFix[] {
  const written = /^(\s*(?:#+|\/\/+)\s*@)([^\s=]+)/.exec(text);
  if (!written) return [];
  const [, before = '', name = ''] = written;
  const meant = nearest(name, names);
  if (meant === undefined) return [];
  return [replaced(`Write @${meant}`, rangeInLine(line, before.length, before.length + name.length), meant)];
}

/** Durations and sizes without a unit. Only the author knows which unit was meant. */
function withUnit(text: string, { start, end }: Range): QuickFix[] {
  const given = text.slice(start.character, end.character).trim();
  if (start.line !== end.line || !/^\d+(?:\.\d+)?$/.test(given)) return [];
  const units = /@max-payload|@fragment-size/.test(text) ? ['MiB', 'KiB', 'B'] : ['s', 'ms'];
  return units.map((unit) => replaced(`Write ${given}${unit}`, { start, end }, `${given}${unit}`, false));
}

function unknownVariable(file: RequestFile, text: string, range: Range): QuickFix[] {
  const name = /^\{*\{\{\s*([^\s{}]+)/.exec(text.slice(range.start.character))?.[1];
  if (name === undefined || name.startsWith('$') || !VARIABLE_NAME.test(name)) return [];
  const meant = nearest(
    name,
    definitionsIn(file).map((definition) => definition.name.text),
  );
  const at = text.indexOf(name, range.start.character);
  const place = rangeInLine(range.start.line, at, at + name.length);
  const block = file.blocks.filter((each) => each.range.start.line <= range.start.line).at(-1);
  const above = block ? block.range.start.line + (block.separator ? 1 : 0) : 0;
  return [
    ...(isSecretName(name)
      ? [{ ...replaced('Set as Secret…', place, `$secret ${name}`), secret: name }]
      : []),
    ...(meant === undefined ? [] : [replaced(`Write {{${meant}}}`, place, meant, !isSecretName(name))]),
    replaced(
      `Define @${name}`,
      rangeInLine(above, 0, 0),
      `@${name} = \n`,
      meant === undefined && !isSecretName(name),
    ),
  ];
}

function webSocketScheme(text: string, line: number): QuickFix[] {
  const scheme = /\bhttp(s?):\/\//i.exec(text);
  if (!scheme) return [];
  const ws = `ws${scheme[1]!.toLowerCase()}://`;
  return [replaced(`Write ${ws}`, rangeInLine(line, scheme.index, scheme.index + scheme[0].length), ws)];
}

function webSocketKeyword(text: string, line: number): QuickFix[] {
  const almost = mistakenTarget({ number: line, offset: 0, text });
  return almost ? [replaced('Write WEBSOCKET', almost.range, 'WEBSOCKET')] : [];
}

function roleAt({ servers }: RequestFile, line: number): Role {
  const isServer = servers.some(({ range }) => range.start.line <= line && line <= range.end.line);
  return isServer ? 'server' : 'client';
}
