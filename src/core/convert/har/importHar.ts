import { otherRequests, type ImportResult } from '../imported.ts';
import type { Importer } from '../importer.ts';
import type { ImportSource } from '../importSource.ts';
import { field, listField, pairsOf, textField } from '../fields.ts';
import { harConversation } from './harConversation.ts';
import { recordingOf, requestOf } from './harRequest.ts';

/** HAR 1.2 with the WebSocket members of Chrome, Playwright, HTTP Toolkit and mitmproxy. */
export const HAR: Importer = {
  id: 'har',
  title: 'a HAR file with WebSocket messages',
  recognise: (source) => (entriesOf(source) ? 'it has log.entries' : undefined),
  read(source): ImportResult {
    const entries = entriesOf(source);
    if (!entries)
      return {
        problem:
          source.files[0]?.problem ?? 'It has no log.entries: export it as HAR from the network panel.',
      };
    const ofSockets = entries.filter(isWebSocket);
    if (ofSockets.length === 0)
      return { problem: 'It has no WebSocket connection: record again, and open the connection meanwhile.' };
    const attached = new Map(source.files.map(({ path, text }) => [path.split('/').at(-1), text]));
    const conversations = ofSockets.flatMap((entry) => {
      const file = attachedName(entry);
      return harConversation(entry, file === undefined ? undefined : attached.get(file)) ?? [];
    });
    const unusable = ofSockets.length - conversations.length;
    return {
      collections: [
        {
          requests: conversations.map(requestOf),
          left: [
            ...otherRequests(entries.length - ofSockets.length),
            ...(unusable > 0
              ? [
                  unusable === 1
                    ? 'The URL of one connection cannot be connected to: it is left out.'
                    : `The URLs of ${unusable} connections cannot be connected to: they are left out.`,
                ]
              : []),
          ],
        },
      ],
      recordings: conversations.map(recordingOf),
    };
  },
};

/** The entries of the first HAR among the files. */
function entriesOf({ files }: ImportSource): readonly unknown[] | undefined {
  for (const { data } of files) {
    const entries = field(field(data, 'log'), 'entries');
    if (Array.isArray(entries)) return entries as unknown[];
  }
  return undefined;
}

function isWebSocket(entry: unknown): boolean {
  const request = field(entry, 'request');
  return (
    Array.isArray(field(entry, '_webSocketMessages')) ||
    textField(entry, '_resourceType') === 'websocket' ||
    /^wss?:/i.test(textField(request, 'url') ?? '') ||
    // Proxies mark no handshake that was refused.
    pairsOf(field(request, 'headers')).some(({ name }) => /^sec-websocket-key$/i.test(name))
  );
}

/** The file beside the HAR in which Playwright keeps the messages of an entry (`content: 'attach'`). */
function attachedName(entry: unknown): string | undefined {
  const name = textField(field(field(entry, 'response'), 'content'), '_file');
  return name !== undefined && /^[\w-][\w.-]*\.jsonl$/.test(name) ? name : undefined;
}

/** The names of all files that a HAR keeps messages in. */
export function attachedNames(data: unknown): readonly string[] {
  const names = listField(field(data, 'log'), 'entries').flatMap((entry) => attachedName(entry) ?? []);
  return [...new Set(names)];
}
