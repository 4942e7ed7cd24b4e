import { l10n, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { printRequest } from '../../core/request/print/printRequest.ts';
import { connectOptions } from '../../core/session/options/connectOptions.ts';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import { MASK } from '../../core/session/secrets/mask.ts';
import type { Session } from '../../engine/session.ts';
import { MAX_PULL, MiB } from '../../shared/limits.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { missingHeaders } from '../sessionLifecycle.ts';
import { REQUEST_LANGUAGE } from '../requestFiles/requestDocuments.ts';
import { connectionSettings } from '../settings.ts';

/** Maximum messages, so that the file stays readable. A comment in it says how many are left out. */
const MAX_MESSAGES = 100;
const MAX_BYTES = MiB;
/** Maximum rows that are searched for sent messages. */
const MAX_ROWS = 200_000;

/** Opens an untitled request file that connects like the session and sends the same messages. */
export async function saveAsRequestFile(session: Session, log: LogOutputChannel): Promise<void> {
  const { name, out } = session.summary;
  const messages = await sentMessages(session);
  const request = {
    name,
    options: knownOptions(session, log),
    base: connectOptions({ url: 'ws://localhost', ...connectionSettings() }),
    steps: messages.map((message) => ({ message })),
  };
  const notes =
    messages.length < out.messages
      ? [l10n.t('This file has {0} of the {1} messages that were sent.', messages.length, out.messages)]
      : [];
  const { secrets } = printRequest({ ...request, notes });
  if (secrets.size > 0)
    notes.push(
      l10n.t(
        'Secrets are not in this file ({0}): enter each with the command "WebSocket: Set Secret".',
        [...secrets.keys()].join(', '),
      ),
    );
  const { text } = printRequest({ ...request, notes });
  const document = await workspace.openTextDocument({ language: REQUEST_LANGUAGE, content: text });
  await window.showTextDocument(document);
}

/** The connect options. Secrets that the recording masks are replaced by their names. */
function knownOptions(session: Session, log: LogOutputChannel): GivenOptions {
  const missing = missingHeaders(session, log);
  const isOffer = (name: string): boolean => name.toLowerCase() === 'sec-websocket-protocol';
  const { headers, subprotocols, ...others } = session.options;
  return {
    ...others,
    headers: [...headers, ...missing.filter((name) => !isOffer(name)).map((name) => [name, MASK] as const)],
    subprotocols: [...subprotocols, ...missing.filter(isOffer).map(() => MASK)],
  };
}

/** The first messages that the session sent and that Clear does not hide. */
async function sentMessages(session: Session): Promise<OutgoingMessage[]> {
  const messages: OutgoingMessage[] = [];
  const { firstRow, out } = session.summary;
  const end = Math.min(session.rows, firstRow + MAX_ROWS);
  let bytes = 0;
  for (let from = firstRow; from < end && messages.length < out.messages; from += MAX_PULL) {
    for (const { seq, kind, direction, size, stored } of await session.readRows(from, MAX_PULL)) {
      if (direction !== 'out' || (kind !== 'text' && kind !== 'binary')) continue;
      bytes += size;
      // A message that is not stored whole cannot be sent again.
      if (messages.length === MAX_MESSAGES || bytes > MAX_BYTES || stored < size) return messages;
      messages.push({ kind, data: await session.readPayload(seq) });
    }
  }
  return messages;
}
