import { FileSystemError, l10n, Uri, window, workspace } from 'vscode';
import { findProtocol } from '../../../core/protocol/registry.ts';
import { knownEncoding } from '../../../core/request/plan/encodeBody.ts';
import { writtenLine } from '../../../core/request/plan/composedVerb.ts';
import { protocolArgument, stepVerb, verbLine } from '../../../core/request/plan/stepVerb.ts';
import { draftToMessage } from '../../../core/format/draft.ts';
import { unescapeParts } from '../../../core/request/plan/unescapeText.ts';
import { literalTemplate } from '../../../core/request/print/literalTemplate.ts';
import { printPayload } from '../../../core/request/print/printPayload.ts';
import { analyzeRequestFile } from '../../../core/request/plan/analyzeRequestFile.ts';
import type { TemplatePart } from '../../../core/request/syntax/template.ts';
import type { Request, Step } from '../../../core/request/syntax/tree.ts';
import { byteCount } from '../../../shared/byteCount.ts';
import { DuplexError } from '../../../shared/errors.ts';
import { MiB } from '../../../shared/limits.ts';
import type { Draft, SavedMessage } from '../../../shared/panelProtocol.ts';
import type { VerbDraft } from '../../../shared/panelVerbs.ts';
import { inertCheck } from '../../inertText.ts';
import { readLimitedUri } from '../../payload/limitedUri.ts';

/** Messages that are saved in a request file of the workspace, where they read well in a diff and can be run. */
export interface SavedMessages {
  /** @throws DuplexError if the file exists and cannot be read */
  list(): Promise<SavedMessage[]>;
  /**
   * Asks for a name and appends the message.
   * @returns false if the user cancelled
   * @throws DuplexError if the file exists and cannot be read; the file is then unchanged
   */
  save(url: string, draft: Draft): Promise<boolean>;
  /** Shows the file in an editor. */
  open(): Promise<void>;
}

const FILE = 'messages.ws';

/** Maximum bytes of the file: far more than is saved by hand. */
const MAX_BYTES = 16 * MiB;

const HEAD =
  '# Messages saved from the composer. Each can be sent from a session, or run with its connection.\n';

export function createSavedMessages(): SavedMessages {
  const place = (): Uri => {
    const folder = workspace.workspaceFolders?.[0];
    if (folder) return Uri.joinPath(folder.uri, FILE);
    throw new DuplexError(
      'call.invalid',
      l10n.t('Messages are saved in the workspace: open a folder first.'),
    );
  };
  const read = async (): Promise<string> => {
    const uri = place();
    // If the file is open, its unsaved changes are included.
    const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return open.getText();
    return (await textOf(uri)) ?? '';
  };
  return {
    async list() {
      if (!workspace.workspaceFolders?.length) return [];
      return savedIn(await read());
    },
    async save(url, draft) {
      const uri = place();
      const name = await window.showInputBox({
        title: l10n.t('Save Message'),
        prompt: l10n.t('The message is saved in {0} of the workspace.', FILE),
        placeHolder: l10n.t('Name'),
        validateInput: inertCheck((typed) => (typed.trim() === '' ? l10n.t('Type a name.') : undefined)),
      });
      if (name === undefined) return false;
      const before = await read();
      const start = before === '' ? HEAD : before.endsWith('\n') ? before : `${before}\n`;
      await workspace.fs.writeFile(
        uri,
        new TextEncoder().encode(`${start}\n${savedBlock(name, url, draft)}`),
      );
      return true;
    },
    async open() {
      await window.showTextDocument(await workspace.openTextDocument(place()));
    },
  };
}

/**
 * The text of the file; undefined if there is none. A text that was not read completely must never be written back.
 * @throws DuplexError `disk.denied`, `file.invalid` if the file is not UTF-8 text or too large
 */
async function textOf(uri: Uri): Promise<string | undefined> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readLimitedUri(uri, MAX_BYTES);
  } catch (cause) {
    if (cause instanceof FileSystemError && cause.code === 'FileNotFound') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DuplexError(
      'disk.denied',
      l10n.t(
        'The saved messages in {0} cannot be read ({1}): make the file readable, or rename it.',
        FILE,
        reason,
      ),
      { cause },
    );
  }
  if (bytes === undefined)
    throw new DuplexError(
      'file.invalid',
      l10n.t(
        '{0} is larger than {1}: rename it, and messages are saved in a new one.',
        FILE,
        byteCount(MAX_BYTES),
      ),
    );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DuplexError(
      'file.invalid',
      l10n.t('{0} is not UTF-8 text: save it as UTF-8, or rename it.', FILE),
      { cause },
    );
  }
}

/** A request block that sends the draft. Variables stay references. */
export function savedBlock(name: string, url: string, { mode, text, asIs, encode, verb }: Draft): string {
  const title = name.replace(/\s+/g, ' ').trim().replace(/^@/, '');
  const [named, lines] = verb ? verbLines(verb, asIs === true) : ['', ''];
  const body = verb && text.trim() === '' ? '' : payload();
  const format = encode && (mode === 'text' || mode === 'json') ? `# @encode ${encode}\n` : '';
  return `### ${title}\n${named}WEBSOCKET ${literalTemplate(url)}\n\n${lines}${format}${body}\n`;

  function payload(): string {
    if (mode === 'file') return `< ${text}`;
    const message = draftToMessage(mode === 'json' ? 'text' : mode, text);
    if ('problem' in message) throw new DuplexError('call.invalid', message.problem);
    const secrets = new Map<string, string>();
    return printPayload(message, {
      secrets,
      replaceSecrets: (written, literal) => (asIs || message.kind === 'binary' ? literal(written) : written),
    });
  }
}

/** The directives of a verb: the one of its request, and those of its step. */
function verbLines({ protocol, ...draft }: VerbDraft, asIs: boolean): [string, string] {
  const written = (text: string): string => (asIs ? literalTemplate(text) : text);
  const lines = [
    `@${draft.name} ${written(writtenLine(draft))}`.trimEnd(),
    ...draft.beside.map((name) => `@${name}`),
    ...draft.headers.map(([name, value]) => `@header ${name}: ${written(value)}`),
  ];
  return [`# @protocol ${protocol}\n`, lines.map((line) => `# ${line}\n`).join('')];
}

/** The messages of a request file that can be written in a composer. */
export function savedIn(source: string): SavedMessage[] {
  return analyzeRequestFile(source).requests.flatMap((request) => request.steps.flatMap(savedStep(request)));
}

function savedStep(request: Request): (step: Step) => SavedMessage[] {
  return (step) => {
    const { payload, directives, index } = step;
    const verb = savedVerb(request, step);
    if (payload ? payload.kind !== 'text' : !verb) return [];
    const argument = (name: string): string | undefined => {
      const found = directives.find((directive) => directive.name.text === name);
      return found && (found.argument?.parts.map(written).join('') ?? '');
    };
    const isEscaped = argument('escape') !== undefined;
    const parts = payload?.kind === 'text' ? payload.text.parts : [];
    const converted = isEscaped ? unescapeParts(parts) : { parts };
    // A composer sends JSON as text.
    const format = argument('encode');
    const encode = format === undefined ? undefined : knownEncoding(format);
    if ('problem' in converted || (format !== undefined && encode === undefined)) return [];
    const text = converted.parts.map(written).join('');
    const label = argument('label') ?? (index === 0 ? undefined : `${index + 1}`);
    const title = request.name?.text ?? request.target.url.parts.map(written).join('');
    return [
      {
        name: label === undefined ? title : `${title}: ${label}`,
        draft: { ...draftOf(argument('binary'), text), ...(encode && { encode }), ...(verb && { verb }) },
      },
    ];
  };
}

/** The verb of a step, if its request names the protocol. */
function savedVerb(request: Request, step: Step): VerbDraft | undefined {
  const named = protocolArgument(request);
  const protocol = findProtocol(named?.parts.map(written).join('').trim() ?? '');
  const verb = protocol && stepVerb(step, { protocol, role: 'client' });
  if (!protocol || !verb) return undefined;
  const { spec, directive, beside } = verb;
  return {
    protocol: protocol.id,
    name: spec.name,
    ...verbLine(spec, directive.argument?.parts.map(written).join('') ?? ''),
    beside: beside.map(({ name }) => name.text),
    headers: step.directives.flatMap(({ header }) =>
      header ? [[header.name.text, header.value.parts.map(written).join('')] as const] : [],
    ),
  };
}

function draftOf(binary: string | undefined, text: string): Draft {
  if (binary === 'hex' || binary === 'base64')
    return { mode: binary, text: text === '{{empty}}' ? '' : text };
  return { mode: /^\s*[[{]/.test(text) ? 'json' : 'text', text };
}

/** A part of a template as it is written in a composer. */
function written(part: TemplatePart): string {
  if (typeof part === 'string') return part.replaceAll('{{', '\\{{');
  return `{{${[part.name.text, part.argument?.text].filter(Boolean).join(' ')}}}`;
}
