import type { ComposerMode } from '../../shared/panelProtocol.ts';

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
  fileHint: 'The file is sent as one binary message.',
  choose: 'Choose File…',
  chooseFirst: 'Choose a file first.',
  notOpen: 'Not sent: connect first.',
  notOpenHint: 'Connect to send.',
} as const;
