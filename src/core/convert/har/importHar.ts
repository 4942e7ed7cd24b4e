import { maskUrl } from '../../session/secrets/mask.ts';
import { otherRequests, type ImportResult } from '../imported.ts';
import type { Importer } from '../importer.ts';
import type { ImportFile } from '../importSource.ts';
import { field, listField, pairsOf, textField } from '../fields.ts';
import { harConversation, type HarConversation } from './harConversation.ts';
import { recordingOf, requestOf } from './harRequest.ts';

/** HAR 1.2 with the WebSocket members of Chrome, Playwright, HTTP Toolkit and mitmproxy. */
export const HAR: Importer = {
  id: 'har',
  title: 'a HAR file with WebSocket messages',
  recognise: ({ files }) => (files.some(({ data }) => entriesOf(data)) ? 'it has log.entries' : undefined),
  read({ files }): ImportResult {
    const hars = files.flatMap(({ path, data }) => {
      const entries = entriesOf(data);
      return entries ? [{ path, entries }] : [];
    });
    if (hars.length === 0)
      return {
        problem: files[0]?.problem ?? 'It has no log.entries: export it as HAR from the network panel.',
      };
    const all = hars.flatMap(({ path, entries }) => entries.map((entry) => ({ path, entry })));
    const ofSockets = all.filter(({ entry }) => isWebSocket(entry));
    if (ofSockets.length === 0)
      return { problem: 'It has no WebSocket connection: record again, and open the connection meanwhile.' };
    const unread = files.find(({ path, problem }) => problem !== undefined && /\.jsonl$/i.test(path));
    if (unread) return { problem: `${unread.path}: ${unread.problem}` };
    const textOf = attachedTexts(files);
    const conversations = ofSockets.flatMap(({ path, entry }) => {
      const name = attachedName(entry);
      const text = name === undefined ? undefined : textOf(path, name);
      const conversation = harConversation(entry, text);
      return conversation ? [withMissing(conversation, entry, text)] : [];
    });
    const unusable = ofSockets.length - conversations.length;
    const broken = files.filter(({ path, problem }) => problem !== undefined && /\.har$/i.test(path));
    return {
      collections: [
        {
          requests: conversations.map(requestOf),
          left: [
            ...broken.map(({ path, problem }) => `The file ${path} is left out: ${problem}`),
            ...otherRequests(all.length - ofSockets.length),
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

function entriesOf(data: unknown): readonly unknown[] | undefined {
  const entries = field(field(data, 'log'), 'entries');
  return Array.isArray(entries) ? (entries as unknown[]) : undefined;
}

/** Finds an attached file: in the folder of its HAR, or in another one. Several HARs may use the same name. */
function attachedTexts(files: readonly ImportFile[]): (har: string, name: string) => string | undefined {
  const byPath = new Map(files.map(({ path, text }) => [path, text]));
  const byName = new Map(files.map(({ path, text }) => [path.split('/').at(-1), text]));
  return (har, name) => byPath.get(har.replace(/[^/]*$/, name)) ?? byName.get(name);
}

/** Adds the sentence about messages that are in a file which was not found. */
function withMissing(
  conversation: HarConversation,
  entry: unknown,
  attached: string | undefined,
): HarConversation {
  const name = textField(contentOf(entry), '_file') ?? '';
  const isMissing =
    attached === undefined && /\.jsonl$/i.test(name) && listField(entry, '_webSocketMessages').length === 0;
  if (!isMissing) return conversation;
  const sentence = `The messages of ${maskUrl(conversation.url)} are in ${name}, which is missing.`;
  return { ...conversation, left: [...conversation.left, sentence] };
}

function isWebSocket(entry: unknown): boolean {
  const request = field(entry, 'request');
  return (
    Array.isArray(field(entry, '_webSocketMessages')) ||
    textField(entry, '_resourceType') === 'websocket' ||
    /^wss?:/i.test(textField(request, 'url') ?? '') ||
    // Proxies do not mark refused handshakes.
    pairsOf(field(request, 'headers')).some(({ name }) => /^sec-websocket-key$/i.test(name))
  );
}

function contentOf(entry: unknown): unknown {
  return field(field(entry, 'response'), 'content');
}

/** The file beside the HAR in which Playwright keeps the messages of an entry (`content: 'attach'`). */
function attachedName(entry: unknown): string | undefined {
  const name = textField(contentOf(entry), '_file');
  return name !== undefined && /^[\w-][\w.-]*\.jsonl$/.test(name) ? name : undefined;
}

/** The names of all files that a HAR keeps messages in. */
export function attachedNames(data: unknown): readonly string[] {
  const names = listField(field(data, 'log'), 'entries').flatMap((entry) => attachedName(entry) ?? []);
  return [...new Set(names)];
}
