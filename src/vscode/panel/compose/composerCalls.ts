import type { VerbCall } from '../../../core/protocol/verb.ts';
import { encodeBody } from '../../../core/request/plan/encodeBody.ts';
import { DuplexError } from '../../../shared/errors.ts';
import type { Draft, PanelComposerCalls, RepeatProgress } from '../../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import {
  checkBytes,
  checkDraft,
  checkInterval,
  checkLine,
  checkName,
  checkTimes,
  typedMessage,
} from '../checks.ts';
import type { DraftVariables } from './draftVariables.ts';
import type { MessageHistory } from './messageHistory.ts';
import { encodeOutside } from '../../payload/encodeOutside.ts';
import type { PickedFiles } from './pickedFiles.ts';
import { createRepeater } from './repeater.ts';
import { createVerbSpeaker } from './verbSpeaker.ts';
import type { VerbSession } from './verbSpeaker.ts';
import type { SavedMessages } from './savedMessages.ts';
import type { DraftSchemas } from './draftSchemas.ts';
import type { ProtobufTypes } from '../../../engine/schemas.ts';

export interface ComposerParts {
  readonly session: VerbSession & {
    send(message: OutgoingMessage): Promise<void>;
  };
  readonly files: PickedFiles;
  readonly variables: DraftVariables;
  readonly history: MessageHistory;
  readonly saved: SavedMessages;
  readonly schemas: DraftSchemas;
  readonly types: ProtobufTypes;
  /** Called when the progress of the repetition changed. */
  readonly onChange: () => void;
}

export interface PanelComposer {
  readonly calls: PanelComposerCalls;
  /** The draft that the page stored last. */
  readonly draft: Draft | undefined;
  readonly repeat: RepeatProgress | undefined;
  /** The message of a draft without a verb. */
  messageOf(draft: Draft): Promise<OutgoingMessage>;
  dispose(): void;
}

/** Serves the calls of the composer in a panel's page. */
export function composerCalls(parts: ComposerParts): PanelComposer {
  const { session, files, variables, history, saved, schemas, types } = parts;
  const repetition = createRepeater(parts.onChange);
  let draft: Draft | undefined;

  const messageOf = async ({ mode, text, asIs, encode }: Draft): Promise<OutgoingMessage> => {
    if (mode === 'file') return { kind: 'binary', data: await files.read(text) };
    const hasVariables = (mode === 'text' || mode === 'json') && asIs !== true;
    const written = hasVariables ? (await variables.fill(text)).text : text;
    const isEncoded = encode !== undefined && (mode === 'text' || mode === 'json');
    return isEncoded ? encodedMessage(encode, written, schemas, types) : typedMessage(mode, written);
  };
  const speaker = createVerbSpeaker(session);
  const filled = async (text: string, { asIs }: Draft): Promise<string> =>
    asIs ? text : (await variables.fill(text)).text;
  /** The payload of a verb; none if the draft is empty. */
  const payloadOf = async (wanted: Draft): Promise<Pick<VerbCall, 'body' | 'bytes'>> => {
    if (wanted.text.trim() === '') return { body: undefined };
    const { kind, data } = await messageOf(wanted);
    return kind === 'text' ? { body: new TextDecoder().decode(data) } : { body: undefined, bytes: data };
  };
  const messagesOf = async (wanted: Draft): Promise<readonly OutgoingMessage[]> => {
    const { verb } = wanted;
    if (!verb) return [await messageOf(wanted)];
    const words = await Promise.all(verb.arguments.map((each) => filled(each, wanted)));
    const headers = await Promise.all(
      verb.headers.map(async ([name, value]) => [name, await filled(value, wanted)] as const),
    );
    return speaker.messages({ ...verb, arguments: words, headers }, await payloadOf(wanted));
  };
  const send = async (wanted: Draft): Promise<void> => {
    for (const message of await messagesOf(wanted)) await session.send(message);
  };

  return {
    calls: {
      async send(given) {
        const wanted = checkDraft(given);
        await send(wanted);
        await history.add(session.summary.url, wanted);
      },
      keepDraft(kept) {
        draft = checkDraft(kept);
      },
      pickFile: () => files.pick(),
      keepFile: async (name, bytes) => files.keep(checkName(name), checkBytes(bytes)),
      variables: () => variables.list(),
      verbs: async () => speaker.verbs(),
      askSchema: async (format) => schemas.ask(checkLine(format)),
      sentDrafts: async () => history.list(session.summary.url).map(schemas.offered),
      async savedMessages() {
        const messages = await saved.list();
        for (const message of messages) schemas.offered(message.draft);
        return messages;
      },
      async saveMessage(given) {
        await saved.save(session.summary.url, checkDraft(given));
      },
      openSavedMessages: () => saved.open(),
      async repeat(given, times, interval) {
        const wanted = checkDraft(given);
        // Each message gets new values of variables such as {{$uuid}}.
        await repetition.start(() => send(wanted), checkTimes(times), checkInterval(interval));
        await history.add(session.summary.url, wanted);
      },
      async stopRepeat() {
        repetition.stop();
      },
    },
    get draft() {
      return draft;
    },
    get repeat() {
      return repetition.progress;
    },
    messageOf,
    dispose: () => repetition.stop(),
  };
}

/**
 * @throws DuplexError `call.invalid` if the text cannot be encoded in the format; `file.invalid`, `disk.denied` for
 * its schema
 */
async function encodedMessage(
  format: string,
  text: string,
  { pathOf }: DraftSchemas,
  types: ProtobufTypes,
): Promise<OutgoingMessage> {
  const body = encodeBody(format, text);
  if ('problem' in body) throw new DuplexError('call.invalid', body.problem);
  const { data, outside } = body;
  if (!outside) return { kind: 'binary', data };
  return { kind: 'binary', data: await encodeOutside(data, outside, pathOf, types) };
}
