import { MAX_SENT_BYTES } from '../../core/convert/draft/draftMessage.ts';
import { draftTest, type DraftSource } from '../../core/convert/draft/draftTest.ts';
import { isUnknownProtocol } from '../../core/protocol/protocolChoice.ts';
import { AUTO_PROTOCOL } from '../../core/protocol/registry.ts';
import { printRequestFile, type PrintedRequest } from '../../core/request/print/printRequest.ts';
import type { RecordedMessage, SessionManifest } from '../../shared/recordProtocol.ts';
import type { CloseDetail, OpenDetail } from '../../shared/timeline.ts';
import { detailOf } from '../read/rowDetail.ts';
import type { RowExporter } from './rowExporter.ts';

/** Limits of a draft's input; a comment in the draft names what is left out. */
const MAX_CONNECTIONS = 20;
const MAX_MESSAGES = 2000;
const MAX_BYTES = 8 * 1024 * 1024;

type Draftable = { -readonly [Key in keyof DraftSource]: DraftSource[Key] } & { messages: RecordedMessage[] };

/** Writes a request file that tests the recorded conversations, with one request per connection. */
export function createDraftExporter(manifest: SessionManifest): RowExporter {
  const { name, url, requestHeaders, protocol = AUTO_PROTOCOL } = manifest;
  const connections: Draftable[] = [];
  const lost = { refused: 0, controls: 0 };
  let last = 0;
  let current: Draftable | undefined;
  let bytes = 0;
  let count = 0;
  let left: readonly string[] = [];

  const open = (subprotocol: string): Draftable => {
    current = { name, url, requestHeaders, protocol, subprotocol, messages: [] };
    connections.push(current);
    return current;
  };

  const isFull = (): boolean =>
    connections.length > MAX_CONNECTIONS || count >= MAX_MESSAGES || bytes >= MAX_BYTES;

  const talked = (): Draftable[] => connections.filter(({ messages }) => messages.length > 0);

  const sentences = (): string[] => [
    ...(isFull() ? [`The rows after row ${last} are left out: a draft reads the first ones only.`] : []),
    ...(isUnknownProtocol(protocol)
      ? [`The protocol “${protocol}” of the session is unknown here: its messages are drafted without it.`]
      : []),
    ...(talked().length === 0 ? ['These rows contain no message, so the file has no request.'] : []),
    ...(lost.refused > 0 ? ['Connections that failed are left out.'] : []),
    ...(lost.controls > 0 ? ['Pings and pongs are left out.'] : []),
  ];

  return {
    isFull,
    row({ seq, kind, direction }, payload) {
      if (isFull()) return [];
      last = seq;
      if (kind === 'open') open((detailOf(payload) as Partial<OpenDetail>).protocol ?? '');
      else if (kind === 'error') lost.refused++;
      else if (kind === 'ping' || kind === 'pong') lost.controls++;
      else if (kind === 'close' && current && direction !== 'none') {
        const { code = 1005, reason = '' } = detailOf(payload) as Partial<CloseDetail>;
        current.close ??= { direction, code, reason };
      } else if ((kind === 'text' || kind === 'binary') && direction !== 'none') {
        // A range of rows may begin after the open row.
        const { messages } = current ?? open('');
        bytes += payload.length;
        count++;
        // One extra byte shows that the message is too large.
        const data = new Uint8Array(payload.subarray(0, MAX_SENT_BYTES + 1));
        messages.push({ kind, direction, data });
      }
      return [];
    },
    end() {
      const ofMessages = new Map<string, string | undefined>();
      const requests = talked().map((each, index) =>
        draftTest(index === 0 ? each : { ...each, name: `${name} ${index + 1}` }, ofMessages),
      );
      const notes = [`Drafted from the recording of ${url}, ${manifest.startedAt}.`, ...sentences()];
      const print = (more: readonly string[]): PrintedRequest =>
        printRequestFile({
          notes: [...notes, ...more],
          variables: [],
          requests,
          secrets: new Map(ofMessages),
        });
      const { secrets } = print([]);
      const named = [...secrets.keys()].join(', ');
      const { text } = print(secrets.size === 0 ? [] : [`Secrets are not in this file: ${named}.`]);
      left = [
        ...sentences(),
        ...new Set(requests.flatMap((request) => request.notes)),
        ...[...secrets.keys()].map((secret) => `Set the secret ${secret}: the file refers to it.`),
      ];
      return [text];
    },
    left: () => left,
  };
}
