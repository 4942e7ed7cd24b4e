import { field, fieldsOf, listField, textField } from '../fields.ts';
import { entriesOf, referenceOf, type LocalReferences } from './localReferences.ts';

export interface NamedMessage {
  readonly label: string;
  readonly message: unknown;
}

/** The messages that a client and the server exchange on a channel. */
export interface ChannelTalk {
  readonly name: string;
  readonly address: string;
  readonly channel: unknown;
  /** Messages of the client, each with those that may answer it. */
  readonly sends: readonly (NamedMessage & { readonly replies: readonly NamedMessage[] })[];
  readonly receives: readonly NamedMessage[];
}

/**
 * The channels of AsyncAPI 2 and 3. The document describes the server, so the client sends the messages that
 * the server receives.
 */
export function channelTalks(document: unknown, references: LocalReferences): readonly ChannelTalk[] {
  const channels = entriesOf(field(document, 'channels'), references);
  return textField(document, 'asyncapi')?.startsWith('2.')
    ? channels.map(([name, channel]) => talkOfVersion2(name, channel, references))
    : talksOfVersion3(channels, document, references);
}

/** `publish` holds the messages that clients send, `subscribe` those that they receive. */
function talkOfVersion2(name: string, channel: unknown, references: LocalReferences): ChannelTalk {
  const messages = (operation: string): readonly NamedMessage[] => {
    const message = field(references.follow(field(channel, operation)), 'message');
    if (message === undefined) return [];
    const choices = listField(references.follow(message), 'oneOf');
    return namedMessages(choices.length > 0 ? choices : [message], references);
  };
  return {
    name,
    address: name,
    channel,
    sends: messages('publish').map((each) => ({ ...each, replies: [] })),
    receives: messages('subscribe'),
  };
}

function talksOfVersion3(
  channels: readonly (readonly [string, unknown])[],
  document: unknown,
  references: LocalReferences,
): readonly ChannelTalk[] {
  const operations = entriesOf(field(document, 'operations'), references).map(([, operation]) => operation);
  const channelOf = (part: unknown): unknown => references.follow(field(part, 'channel'));
  const messagesOf = (part: unknown): readonly NamedMessage[] => {
    const listed = listField(part, 'messages');
    if (listed.length > 0) return namedMessages(listed, references);
    const members = fieldsOf(field(channelOf(part), 'messages'));
    return Object.keys(members).flatMap((name) => {
      const message = references.follow(members[name]);
      return message === undefined ? [] : [{ label: name, message }];
    });
  };
  const answering = new Set(
    operations.map((operation) => channelOf(references.follow(field(operation, 'reply')))),
  );
  return channels.flatMap(([name, channel]) => {
    const own = operations.filter((operation) => channelOf(operation) === channel);
    // The steps that send a request also wait for its replies.
    if (own.length === 0 && answering.has(channel)) return [];
    const of = (action: string): readonly unknown[] =>
      own.filter((operation) => textField(operation, 'action') === action);
    const repliesOf = (operation: unknown): readonly NamedMessage[] => {
      const reply = references.follow(field(operation, 'reply'));
      return reply === undefined ? [] : messagesOf(reply);
    };
    return [
      {
        name,
        address: textField(channel, 'address') ?? '',
        channel,
        sends: of('receive').flatMap((operation) =>
          messagesOf(operation).map((each) => ({ ...each, replies: repliesOf(operation) })),
        ),
        receives: of('send').flatMap(messagesOf),
      },
    ];
  });
}

function namedMessages(list: readonly unknown[], references: LocalReferences): readonly NamedMessage[] {
  return list.flatMap((each) => {
    const message = references.follow(each);
    if (message === undefined) return [];
    const label =
      textField(message, 'name') ??
      (referenceOf(each) === undefined ? undefined : references.nameOf(each)) ??
      textField(message, 'title') ??
      'message';
    return [{ label, message }];
  });
}
