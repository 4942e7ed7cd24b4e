import type { ComposerMode, RepeatProgress } from '../../shared/panelProtocol.ts';
import { count } from '../text/figures.ts';

export const MODE_NAMES: Readonly<Record<ComposerMode, string>> = {
  text: 'Text',
  json: 'JSON',
  hex: 'Hex',
  base64: 'Base64',
  file: 'File',
};

export const PLACEHOLDERS: Readonly<Record<Exclude<ComposerMode, 'file'>, string>> = {
  text: 'Message',
  json: '{"op": "subscribe"}',
  hex: '7b 22 6f 70 22 7d',
  base64: 'eyJvcCI6InBpbmcifQ==',
};

export const COMPOSER_TEXT = {
  composer: 'Message to send',
  mode: 'Kind of message',
  send: 'Send',
  sending: (messages: number) => (messages === 1 ? 'Sending' : `Sending ${messages} messages`),
  notSent: (messages: number, reason: string) =>
    messages === 1 ? reason : `${messages} messages were not sent. ${reason}`,
  sendTitle: (keys: string) => `Send (${keys})`,
  noFile: 'No file chosen.',
  fileHint: 'The file is sent as one binary message. You can also drop one here.',
  choose: 'Choose File…',
  chooseFirst: 'Choose a file first.',
  oneFile: 'Drop one file at a time.',
  notOpen: 'Not sent: connect first.',
  notOpenHint: 'Connect to send.',
  format: 'Format',
  formatTitle: (keys: string) => `Format the JSON (${keys})`,
  history: 'History',
  historyTitle: (keys: string) => `Messages sent to this URL (${keys})`,
  noHistory: 'Nothing was sent to this URL yet.',
  saved: 'Saved',
  savedTitle: 'Saved Messages',
  saveMessage: 'Save This Message…',
  openSaved: 'Open the File of Saved Messages',
  more: 'More Ways to Send',
  sendAsIs: 'Do Not Fill in Variables',
  sendSelection: 'Send the Selection',
  repeat: 'Repeat…',
  ping: 'Send Ping…',
  closeWithCode: 'Close With Code…',
  repeatTimes: 'Times',
  repeatEvery: 'Every (ms)',
  repeatStart: 'Start',
  repeatStop: 'Stop',
  repeatProblem: 'Type a number of messages from 1 to 1,000,000 and a pause in milliseconds.',
  repeated: (sent: string, times: string) => `Sent ${sent} of ${times}`,
  collapse: 'Hide the Composer',
  expand: 'Write a Message',
  resize: 'Resize the composer',
} as const;

/** What stands beside the Send button; undefined: how to send by key. */
export function hintText(
  { isOpen, repeat }: { readonly isOpen: boolean; readonly repeat: RepeatProgress | undefined },
  unsettled: number,
  problem: string | undefined,
): string | undefined {
  if (repeat !== undefined) return COMPOSER_TEXT.repeated(count(repeat.sent), count(repeat.times));
  if (unsettled > 0) return COMPOSER_TEXT.sending(unsettled);
  if (!isOpen) return problem === COMPOSER_TEXT.notOpen ? '' : COMPOSER_TEXT.notOpenHint;
  return problem === undefined ? undefined : '';
}
