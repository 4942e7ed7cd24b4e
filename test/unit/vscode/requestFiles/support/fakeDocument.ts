import type { TextDocument } from 'vscode';
import { Uri } from './fakeEditor.ts';

/** A document whose text can be changed; each change is a new version. */
export function fakeDocument(
  text: string,
  uri = 'file:///folder/requests.ws',
  languageId = uri.endsWith('.ws') ? 'websocket-request' : 'plaintext',
): TextDocument & { change(text: string): void } {
  let lines = text;
  let version = 1;
  const document = {
    uri: Uri.parse(uri),
    languageId,
    get version() {
      return version;
    },
    getText: () => lines,
    lineAt: (line: number) => ({ text: lines.split('\n')[line] ?? '' }),
    change(next: string) {
      lines = next;
      version++;
    },
  };
  return document as unknown as TextDocument & { change(text: string): void };
}
