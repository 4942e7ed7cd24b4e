import { t } from '../base/l10n.ts';
import type { ComposerMode, RepeatProgress } from '../../shared/panelProtocol.ts';
import { count } from '../text/figures.ts';

export const MODE_NAMES: Readonly<Record<ComposerMode, string>> = {
  text: t('Text'),
  json: 'JSON',
  hex: 'Hex',
  base64: 'Base64',
  file: t('File'),
};

export const PLACEHOLDERS: Readonly<Record<Exclude<ComposerMode, 'file'>, string>> = {
  text: t('Message'),
  json: '{"op": "subscribe"}',
  hex: '7b 22 6f 70 22 7d',
  base64: 'eyJvcCI6InBpbmcifQ==',
};

export const COMPOSER_TEXT = {
  composer: t('Message to send'),
  mode: t('Kind of message'),
  send: t('Send'),
  sending: (messages: number) => (messages === 1 ? t('Sending') : t('Sending {0} messages', messages)),
  notSent: (messages: number, reason: string) =>
    messages === 1 ? reason : t('{0} messages were not sent. {1}', messages, reason),
  sendTitle: (keys: string) => t('Send ({0})', keys),
  noFile: t('No file chosen.'),
  fileHint: t('The file is sent as one binary message. You can also drop one here.'),
  choose: t('Choose File…'),
  chooseFirst: t('Choose a file first.'),
  oneFile: t('Drop one file at a time.'),
  notOpen: t('Not sent: connect first.'),
  notOpenHint: t('Connect to send.'),
  verb: t('What to send'),
  plain: t('Message'),
  argumentMissing: (verb: string, argument: string) => t('{0} needs: {1}', verb, argument),
  argumentSpaces: (argument: string) => t('No spaces here: {0}', argument),
  noPayload: t('This verb has no payload.'),
  format: t('Format'),
  formatTitle: (keys: string) => t('Format the JSON ({0})', keys),
  more: t('More Ways to Send'),
  sendAsIs: t('Do Not Fill in Variables'),
  sendSelection: t('Send the Selection'),
  repeat: t('Repeat…'),
  encode: t('Encode as Bytes…'),
  ping: t('Send Ping…'),
  closeWithCode: t('Close With Code…'),
  repeatStop: t('Stop'),
  repeated: (sent: string, times: string) => t('Sent {0} of {1}', sent, times),
  collapse: t('Hide the Composer'),
  expand: t('Write a Message'),
  resize: t('Resize the composer'),
} as const;

/** The text beside the Send button; undefined if the keys that send are shown there. */
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
