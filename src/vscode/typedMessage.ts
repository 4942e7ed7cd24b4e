import { draftToMessage } from '../core/format/draft.ts';
import type { TypedMode } from '../core/format/draft.ts';
import { DuplexError } from '../shared/errors.ts';
import type { OutgoingMessage } from '../shared/session.ts';

/** What was typed, as the message that it sends. @throws DuplexError `call.invalid` where it cannot travel */
export function typedMessage(mode: TypedMode, text: string): OutgoingMessage {
  const message = draftToMessage(mode, text);
  if ('problem' in message) throw new DuplexError('call.invalid', message.problem);
  return message;
}
