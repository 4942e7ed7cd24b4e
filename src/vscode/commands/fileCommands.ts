import { commands, FileType, l10n, Uri, window, workspace } from 'vscode';
import { DEMO_PORT } from '../demoControl.ts';
import { inertText } from '../inertText.ts';
import { REQUEST_LANGUAGE } from '../requestFiles/requestDocuments.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { openCommandLine } from './openCommandLine.ts';

/** The commands that open a new request file or a file of the extension. */
export function fileCommands(services: Services): Readonly<Record<string, Command>> {
  return {
    'duplex.newRequestFile': () => newRequestFile(services),
    'duplex.openExamples': () => openExamples(services.extensionUri),
    'duplex.openDocumentation': (page) => openDocumentation(services.extensionUri, page),
    'duplex.openCommandLine': () => openCommandLine(services),
  };
}

/** Opens an untitled request file whose request works with the demo server. */
export async function newRequestFile({ demo }: Pick<Services, 'demo'>): Promise<void> {
  const content = requestFileExample(demo.url);
  const document = await workspace.openTextDocument({ language: REQUEST_LANGUAGE, content });
  await window.showTextDocument(document);
}

/** @param demoUrl `ws://host:port` of the demo server, if it runs */
function requestFileExample(demoUrl = `ws://localhost:${DEMO_PORT}`): string {
  const host = demoUrl.replace(/^ws:\/\//, '').replace('127.0.0.1', 'localhost');
  const hint = l10n.t(
    'Click Connect, then Send. The command "WebSocket: Start Demo Server" starts the server.',
  );
  // VS Code titles an untitled file by its first line.
  return `### Echo
# ${hint}
@host = ${host}
WEBSOCKET ws://{{host}}/echo

{"hello": "world"}
`;
}

/** A file of the extension. */
interface ShippedFile {
  readonly name: string;
  readonly title: string;
  readonly uri: Uri;
}

/** Asks for an example and opens it. @param extension folder of the extension */
export async function openExamples(extension: Uri): Promise<void> {
  const examples = await filesOf(Uri.joinPath(extension, 'examples'), /\.(ws|http)$/);
  const picked = await pick(examples, l10n.t('Which example?'));
  if (picked) await window.showTextDocument(picked.uri);
}

/**
 * Opens a page of the documentation in the Markdown preview.
 * @param extension folder of the extension
 * @param page its file name, such as `cli.md`; for any other value, the user is asked for a page
 */
export async function openDocumentation(extension: Uri, page?: unknown): Promise<void> {
  const pages = await filesOf(Uri.joinPath(extension, 'docs'), /\.md$/);
  const titled = await Promise.all(pages.map(async (each) => ({ ...each, title: await titleOf(each) })));
  const picked =
    titled.find(({ name }) => name === page) ??
    (await pick(titled, l10n.t('Which page of the documentation?')));
  if (picked) await commands.executeCommand('markdown.showPreview', picked.uri);
}

async function filesOf(folder: Uri, pattern: RegExp): Promise<ShippedFile[]> {
  return (await workspace.fs.readDirectory(folder))
    .filter(([name, type]) => type === FileType.File && pattern.test(name))
    .map(([name]) => ({ name, title: name, uri: Uri.joinPath(folder, name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The first heading of a page. */
async function titleOf({ uri, name }: ShippedFile): Promise<string> {
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  return /^# (.+)$/m.exec(text)?.[1] ?? name;
}

async function pick(files: readonly ShippedFile[], placeHolder: string): Promise<ShippedFile | undefined> {
  if (files.length === 1) return files[0];
  const items = files.map((file) => ({
    label: inertText(file.title),
    ...(file.title !== file.name && { description: inertText(file.name) }),
    file,
  }));
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.file;
}
