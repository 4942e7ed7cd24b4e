import { basename } from 'node:path';
import { env, l10n, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { TextDocument } from 'vscode';
import { MAX_IMPORT_BYTES } from '../../core/convert/importSource.ts';
import type { ImportJob } from '../../engine/importJob.ts';
import { deleteRecording } from '../../engine/recordings.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ImportedFile, ImportRequest, ReadImport } from '../../shared/importProtocol.ts';
import { withDelayedProgress, type ReportShare } from '../delayedProgress.ts';
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
 * `duplex.import` takes URIs of files and folders, or `{text}`, and the folder to write to; the user is asked for
 * missing values. One request file is opened unsaved. Several are written to a folder, where no file is overwritten.
 * Recorded connections become recordings. Returns the URIs of the documents that it opened, then the ids of the
 * sessions.
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
      const job = services.engine.startImport();
      try {
        return await importAll(services, job, wanted, to instanceof Uri ? to : undefined);
      } finally {
        await job.dispose();
      }
    },
  };
}

/**
 * Reads everything, asks for the folder, and only then writes: the recordings, then the files. If the files cannot be
 * written, the recordings are removed again. The recordings need no folder, so they are kept if the user chooses
 * none.
 * @returns the URIs of the opened documents, then the ids of the sessions; undefined if the user chose no folder and
 * there are no recordings
 */
async function importAll(
  services: Services,
  job: ImportJob,
  wanted: readonly Wanted[],
  to: Uri | undefined,
): Promise<readonly string[] | undefined> {
  const read = await readAll(job, wanted);
  const recordings = read.flatMap((each) => each.recordings);
  // Only these request files are written: the requests of a recorded connection can be saved from its panel.
  const others = read.filter((each) => each.recordings.length === 0);
  const files = others.flatMap((each) => each.files);
  const opensUnsaved = to === undefined && files.length === 1 && files[0]?.kind === 'requests';
  const folder = files.length === 0 || opensUnsaved ? undefined : (to ?? (await pickTarget()));
  const isLeft = files.length > 0 && !opensUnsaved && folder === undefined;
  if (isLeft && recordings.length === 0) return undefined;
  if (folder) await requireNew(files, folder);
  const folders = await writeRecordings(services, job, recordings);
  try {
    if (folder) await writeNew(files, folder);
  } catch (error) {
    for (const each of folders) await deleteRecording(each);
    throw error;
  } finally {
    if (folders.length > 0) services.recordings.changed();
  }
  const documents = isLeft ? [] : await openFiles(files, folder);
  if (!isLeft) await keepSecrets(services, others, documents[0]);
  const sessions = await openRecordings(services, folders);
  reportLeft(services, isLeft ? read.filter((each) => each.recordings.length > 0) : read);
  if (isLeft)
    await window.showWarningMessage(
      l10n.t('The recordings are imported. The request files are not: no folder was chosen for them.'),
    );
  return [...documents.map(({ uri }) => uri.toString()), ...sessions];
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

/** Shows progress during `work`, whose signal aborts when the user cancels. */
function cancellable<T>(work: (signal: AbortSignal, report: ReportShare) => Promise<T>): Promise<T> {
  const cancelled = new AbortController();
  const cancel = (): void =>
    cancelled.abort(new DuplexError('call.cancelled', l10n.t('The import was cancelled.')));
  return withDelayedProgress({ title: l10n.t('Importing'), delay: PROGRESS_DELAY, cancel }, (report) =>
    work(cancelled.signal, report),
  );
}

/** @throws DuplexError if one cannot be read or imported, or the user cancelled */
async function readAll(job: ImportJob, wanted: readonly Wanted[]): Promise<readonly ReadImport[]> {
  return cancellable(async (signal, report) => {
    const read: ReadImport[] = [];
    for (const [index, each] of wanted.entries()) {
      const onFile = (done: number, total: number): void => report((index + done / total) / wanted.length);
      const isFile = each instanceof Uri;
      const name = isFile ? basename(each.path) : l10n.t('The clipboard');
      const title = isFile ? name.replace(/(?<=.)\.[^.]*$/, '') : 'imported';
      read.push(await job.read({ source: await sourceOf(each), title }, name, { signal, onFile }));
      report((index + 1) / wanted.length);
    }
    return read;
  });
}

async function sourceOf(wanted: Wanted): Promise<ImportRequest['source']> {
  if (!(wanted instanceof Uri)) return { name: '', bytes: new TextEncoder().encode(wanted.text) };
  if (wanted.scheme === 'file') return { path: wanted.fsPath };
  const name = basename(wanted.path);
  const bytes = await readLimitedUri(wanted, MAX_IMPORT_BYTES);
  if (bytes) return { name, bytes };
  throw new DuplexError(
    'file.invalid',
    l10n.t(
      'The file {0} is larger than {1}, or is a device or a pipe: name a smaller file.',
      name,
      byteCount(MAX_IMPORT_BYTES),
    ),
  );
}

/** Writes recorded connections as recordings of this window. @returns their folders */
async function writeRecordings(
  { engine }: Services,
  job: ImportJob,
  imported: ReadImport['recordings'],
): Promise<readonly string[]> {
  if (imported.length === 0) return [];
  const wanted = imported.map(({ id }) => ({ id, folder: engine.newRecordingFolder() }));
  await cancellable((signal, report) =>
    job.write(wanted, { signal, onWritten: (complete) => report(complete / imported.length) }),
  );
  return wanted.map(({ folder }) => folder);
}

/** Opens the first recordings in panels, from which requests can be saved. @returns the ids of their sessions */
async function openRecordings(
  { engine, panels }: Services,
  folders: readonly string[],
): Promise<readonly string[]> {
  const sessions: string[] = [];
  for (const folder of folders.slice(0, MAX_OPENED)) {
    const session = await engine.reopen(folder);
    panels.show(session);
    sessions.push(session.id);
  }
  return sessions;
}

/** @param folder the folder to write to; without one, a single file opens unsaved */
async function openFiles(
  files: readonly ImportedFile[],
  folder: Uri | undefined,
): Promise<readonly TextDocument[]> {
  const documents: TextDocument[] = [];
  // One after the other: VS Code stops opening an editor when another one is requested.
  for (const { name, text } of files.slice(0, MAX_OPENED).reverse()) {
    const document = await (folder
      ? workspace.openTextDocument(Uri.joinPath(folder, name))
      : workspace.openTextDocument({ language: REQUEST_LANGUAGE, content: text }));
    await window.showTextDocument(document, ...(folder ? [{ preview: false }] : []));
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

/** @throws DuplexError `call.invalid` if one of the files exists */
async function requireNew(files: readonly ImportedFile[], folder: Uri): Promise<void> {
  for (const { name } of files) {
    const exists = await workspace.fs.stat(Uri.joinPath(folder, name)).then(
      () => true,
      () => false,
    );
    if (exists)
      throw new DuplexError(
        'call.invalid',
        l10n.t('{0} exists in this folder: import into another folder, or rename it.', name),
      );
  }
}

/** Writes all of the files or none. @throws DuplexError `disk.denied` */
async function writeNew(files: readonly ImportedFile[], folder: Uri): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const { name, text } of files)
    edit.createFile(Uri.joinPath(folder, name), {
      overwrite: false,
      contents: new TextEncoder().encode(text),
    });
  if (!(await workspace.applyEdit(edit)))
    throw new DuplexError(
      'disk.denied',
      l10n.t('The imported files cannot be written to {0}: choose another folder.', folder.fsPath),
    );
}

/** Stores the secrets of the files that have a value, unless a secret of that name exists. */
async function keepSecrets(
  { secrets }: Services,
  printed: readonly ReadImport[],
  document: TextDocument | undefined,
): Promise<void> {
  const folder = secretFolderOf(document);
  for (const [name, value] of printed.flatMap((each) => [...each.secrets])) {
    if (value === undefined || (await secrets.get(folder, name)) !== undefined) continue;
    await secrets.set(folder, name, value);
  }
}

function reportLeft({ log }: Services, printed: readonly ReadImport[]): void {
  const left = [...new Set(printed.flatMap((each) => each.left))];
  if (left.length === 0) return;
  const show = l10n.t('Show');
  for (const sentence of left) log.warn(sentence);
  const told =
    left.length === 1
      ? left[0]!
      : l10n.t('{0} things are not carried over: comments above the requests list them.', left.length);
  detach(
    window
      .showInformationMessage(inertText(told), ...(left.length > 1 ? [show] : []))
      .then((chosen) => (chosen === show ? log.show() : undefined)),
    log,
  );
}
