import { basename } from 'node:path';
import { env, l10n, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { TextDocument } from 'vscode';
import { recogniseImport } from '../../core/convert/importers.ts';
import { MAX_IMPORT_BYTES, parseImportFile, type ImportSource } from '../../core/convert/importSource.ts';
import { printImported, type ImportedFile, type PrintedImport } from '../../core/convert/printImported.ts';
import { readImportSource } from '../../engine/importSource.ts';
import { writeRecordings } from '../../engine/recordingFile.ts';
import { importPorts } from '../../engine/parseArguments.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { withDelayedProgress } from '../delayedProgress.ts';
import { secretFolderOf } from '../environments/outsidePorts.ts';
import { inertText } from '../inertText.ts';
import { detach, type Command } from '../report.ts';
import { readLimitedUri } from '../payload/limitedUri.ts';
import { REQUEST_LANGUAGE } from '../requestFiles/requestDocuments.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/** Milliseconds that an import may take before it shows progress. */
const PROGRESS_DELAY = 500;
/** More documents than these are written and not opened. */
const MAX_OPENED = 5;

/** The thing to import: a file or folder, or a text without a name. */
type Wanted = Uri | { readonly text: string };

/**
 * `duplex.import` takes URIs of files and folders, or `{text}`, and the folder to write to; missing values are asked
 * for. One request file is opened unsaved. Several are written to a folder, where no file is overwritten. Recorded
 * connections become recordings. Returns the URIs of the documents that it opened, or the ids of the sessions.
 */
export function importCommands(services: Services): Readonly<Record<string, Command>> {
  return {
    'duplex.import': async (argument, to, all) => {
      requireTrust('read');
      // The explorer passes the clicked file first, then all selected ones.
      const selected = Array.isArray(to) ? to : all;
      const wanted =
        wantedOf(Array.isArray(selected) && selected.length > 0 ? selected : argument) ??
        (await pickWanted());
      if (wanted === undefined) return undefined;
      const printed = await readAll(wanted);
      const recordings = printed.flatMap((each) => each.recordings);
      if (recordings.length > 0) {
        const sessions = await openRecordings(services, recordings);
        reportLeft(services, printed);
        return sessions;
      }
      const documents = await openImported(printed, to instanceof Uri ? to : undefined);
      if (documents === undefined) return undefined;
      await keepSecrets(services, printed, documents[0]);
      reportLeft(services, printed);
      return documents.map(({ uri }) => uri.toString());
    },
  };
}

function wantedOf(argument: unknown): readonly Wanted[] | undefined {
  if (argument === undefined) return undefined;
  const list = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  return list.map((each) => {
    if (each instanceof Uri) return each;
    const { text } = (each ?? {}) as { text?: unknown };
    if (typeof text === 'string') return { text };
    throw new DuplexError('call.invalid', l10n.t('An import is the URI of a file or a folder, or a text.'));
  });
}

async function pickWanted(): Promise<readonly Wanted[] | undefined> {
  const places = {
    files: {
      label: l10n.t('Files…'),
      detail: l10n.t(
        'AsyncAPI, Bruno, Insomnia, Postman, Yaak, HAR, and command lines of curl, wscat and websocat',
      ),
    },
    folder: { label: l10n.t('Folder…'), detail: l10n.t('collections that are a folder of files') },
    clipboard: { label: l10n.t('Clipboard'), detail: l10n.t('what was copied, such as a curl command') },
  };
  const picked = await window.showQuickPick(Object.values(places), {
    title: l10n.t('Import'),
    placeHolder: l10n.t('Import from where?'),
  });
  if (picked === undefined) return undefined;
  if (picked === places.clipboard) return [{ text: await env.clipboard.readText() }];
  return window.showOpenDialog({
    title: l10n.t('Import'),
    openLabel: l10n.t('Import'),
    canSelectFiles: picked === places.files,
    canSelectFolders: picked === places.folder,
    canSelectMany: picked === places.files,
  });
}

/** @throws DuplexError if one cannot be read or imported, or the user cancelled */
async function readAll(wanted: readonly Wanted[]): Promise<readonly PrintedImport[]> {
  const cancelled = new AbortController();
  return withDelayedProgress(
    { title: l10n.t('Importing'), delay: PROGRESS_DELAY, cancel: () => cancelled.abort() },
    async (report) => {
      const printed: PrintedImport[] = [];
      for (const [index, each] of wanted.entries()) {
        const onFile = (done: number, total: number): void => report((index + done / total) / wanted.length);
        printed.push(await importOne(each, cancelled.signal, onFile));
        report((index + 1) / wanted.length);
      }
      return printed;
    },
  );
}

async function importOne(
  wanted: Wanted,
  signal: AbortSignal,
  onFile: (done: number, total: number) => void,
): Promise<PrintedImport> {
  const name = wanted instanceof Uri ? basename(wanted.path) : l10n.t('The clipboard');
  const source = await sourceOf(wanted, signal, onFile);
  if (signal.aborted) throw new DuplexError('call.cancelled', l10n.t('The import was cancelled.'));
  const recognised = recogniseImport(source);
  const result = 'problem' in recognised ? recognised : recognised.importer.read(source, importPorts);
  if ('problem' in result) throw new DuplexError('file.invalid', `${name}: ${result.problem}`);
  return printImported(result, wanted instanceof Uri ? name.replace(/(?<=.)\.[^.]*$/, '') : 'imported');
}

async function sourceOf(
  wanted: Wanted,
  signal: AbortSignal,
  onFile: (done: number, total: number) => void,
): Promise<ImportSource> {
  if (!(wanted instanceof Uri)) return { isFolder: false, files: [await parseImportFile('', wanted.text)] };
  if (wanted.scheme === 'file') return readImportSource(wanted.fsPath, { signal, onFile });
  const name = basename(wanted.path);
  const bytes = await readLimitedUri(wanted, MAX_IMPORT_BYTES);
  if (!bytes)
    throw new DuplexError(
      'file.invalid',
      l10n.t(
        'The file {0} is larger than {1}, or is a device or a pipe: name a smaller file.',
        name,
        byteCount(MAX_IMPORT_BYTES),
      ),
    );
  return { isFolder: false, files: [await parseImportFile(name, new TextDecoder().decode(bytes))] };
}

/**
 * Recorded connections become recordings of this window. The first of them open in panels, from which requests can be
 * saved.
 * @returns the ids of the sessions that are shown
 */
async function openRecordings(
  { engine, panels, recordings }: Services,
  imported: PrintedImport['recordings'],
): Promise<readonly string[]> {
  const cancelled = new AbortController();
  const folders = await withDelayedProgress(
    { title: l10n.t('Importing'), delay: PROGRESS_DELAY, cancel: () => cancelled.abort() },
    async (report) => {
      const wanted = imported.map(({ recording }) => ({ folder: engine.newRecordingFolder(), recording }));
      return writeRecordings(wanted, (complete) => {
        if (cancelled.signal.aborted)
          throw new DuplexError('call.cancelled', l10n.t('The import was cancelled.'));
        report(complete / imported.length);
      });
    },
  ).finally(() => recordings.changed());
  const sessions: string[] = [];
  for (const folder of folders.slice(0, MAX_OPENED)) {
    const session = await engine.reopen(folder);
    panels.show(session);
    sessions.push(session.id);
  }
  return sessions;
}

/** @returns undefined if the user chose no folder */
async function openImported(
  printed: readonly PrintedImport[],
  to: Uri | undefined,
): Promise<readonly TextDocument[] | undefined> {
  const files = printed.flatMap((each) => each.files);
  const [first] = files;
  if (to === undefined && files.length === 1 && first?.kind === 'requests') {
    const document = await workspace.openTextDocument({ language: REQUEST_LANGUAGE, content: first.text });
    await window.showTextDocument(document);
    return [document];
  }
  const folder = to ?? (await pickTarget());
  if (folder === undefined) return undefined;
  await writeNew(files, folder);
  const documents: TextDocument[] = [];
  // One after the other: VS Code stops opening an editor when another one is requested.
  for (const { name } of files.slice(0, MAX_OPENED).reverse()) {
    const document = await workspace.openTextDocument(Uri.joinPath(folder, name));
    await window.showTextDocument(document, { preview: false });
    documents.unshift(document);
  }
  return documents;
}

async function pickTarget(): Promise<Uri | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      title: l10n.t('Folder for the Imported Files'),
      openLabel: l10n.t('Write Here'),
      ...(workspace.workspaceFolders?.[0] && { defaultUri: workspace.workspaceFolders[0].uri }),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder;
}

/** Writes all of the files or none. @throws DuplexError `call.invalid` if one exists, `disk.denied` */
async function writeNew(files: readonly ImportedFile[], folder: Uri): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const { name, text } of files) {
    const uri = Uri.joinPath(folder, name);
    const exists = await workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (exists)
      throw new DuplexError(
        'call.invalid',
        l10n.t('{0} exists in this folder: import into another folder, or rename it.', name),
      );
    edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
  }
  if (!(await workspace.applyEdit(edit)))
    throw new DuplexError(
      'disk.denied',
      l10n.t('The imported files cannot be written to {0}: choose another folder.', folder.fsPath),
    );
}

/** Stores the secrets of the files that have a value, unless a secret of that name exists. */
async function keepSecrets(
  { secrets }: Services,
  printed: readonly PrintedImport[],
  document: TextDocument | undefined,
): Promise<void> {
  const folder = secretFolderOf(document);
  for (const [name, value] of printed.flatMap((each) => [...each.secrets])) {
    if (value === undefined || (await secrets.get(folder, name)) !== undefined) continue;
    await secrets.set(folder, name, value);
  }
}

function reportLeft({ log }: Services, printed: readonly PrintedImport[]): void {
  const left = [...new Set(printed.flatMap((each) => each.left))];
  if (left.length === 0) return;
  const show = l10n.t('Show');
  for (const sentence of left) log.warn(sentence);
  const told =
    left.length === 1
      ? left[0]!
      : l10n.t('{0} things are not carried over: they stand above the requests.', left.length);
  detach(
    window
      .showInformationMessage(inertText(told), ...(left.length > 1 ? [show] : []))
      .then((chosen) => (chosen === show ? log.show() : undefined)),
    log,
  );
}
