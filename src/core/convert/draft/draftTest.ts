import type { PrintableRequest, PrintableStep, PrintableWait } from '../../request/print/printRequest.ts';
import { callKey, replyKey, type DecodedUnit } from '../../protocol/unit.ts';
import type { ProtocolModule } from '../../protocol/protocolModule.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';
import { importedHeaders } from '../imported.ts';
import { draftItems, MAX_SENT_BYTES, type DraftItem, type RecordedConnection } from './draftMessage.ts';
import { createDraftValues, type DraftValues } from './draftValues.ts';
import { draftVerb } from './draftVerb.ts';
import { leavesOf, literalOf, subjectOf } from './jsonLeaves.ts';
import { isIdKey, isVolatileString } from './volatile.ts';

/** Maximum steps of a request: nobody reads a longer test. */
const MAX_STEPS = 200;
/** Maximum consecutive messages of one kind that the draft waits for. */
const MAX_ALIKE = 3;
/** A longer text is not compared. */
const MAX_TEXT = 200;

/** Members of plain JSON that usually name the kind of a message. */
const KINDS =
  /^(?:type|op|event|action|kind|method|cmd|command|msg|message_?type|channel|topic|name|status|stream|subject|t|e)$/i;

export interface DraftSource extends RecordedConnection {
  readonly name: string;
  /** The headers of the handshake, secrets masked. */
  readonly requestHeaders: HeaderList;
}

/**
 * Writes a test that sends the messages of the client and waits for those of the server. A wait identifies
 * its message by stable values. Values that change from run to run are checked by their type. Values from the
 * server that the client sent back become captures.
 * @param secrets the secrets of the file by name, which the messages refer to; new ones are added
 */
export function draftTest(
  source: DraftSource,
  secrets: Map<string, string | undefined> = new Map(),
): PrintableRequest {
  const { items, protocol } = draftItems(source);
  const draft = new Draft(source, items, protocol, secrets);
  for (const item of items) draft.add(item);
  draft.end();
  return {
    name: source.name,
    options: {
      url: source.url,
      ...importedHeaders(source.requestHeaders),
      ...(protocol && { protocol: protocol.id }),
    },
    base: {},
    steps: draft.steps,
    notes: draft.notes,
  };
}

/** The conditions of a wait. */
interface Identity {
  readonly where: readonly string[];
  /** Whether `@reply` replaces the conditions. */
  readonly isReply: boolean;
  readonly expect: readonly string[];
  /** Subjects of `where`, which need no expectation. */
  readonly known: ReadonlySet<string>;
}

class Draft {
  readonly steps: PrintableStep[] = [];
  readonly #values: DraftValues;
  readonly #calls = new Map<string, { readonly name: string; readonly isVerb: boolean }>();
  #lastCall: string | undefined;
  /** The last message that was sent as it was recorded. */
  #sent: OutgoingMessage | undefined;
  #alike = { identity: '', count: 0 };
  readonly #left = { alike: 0, steps: 0, control: 0, unchecked: 0, large: 0 };

  constructor(
    private readonly source: DraftSource,
    items: readonly DraftItem[],
    private readonly protocol: ProtocolModule | undefined,
    secrets: Map<string, string | undefined>,
  ) {
    this.#values = createDraftValues(items, new Set(['empty', 'backslash']), secrets);
  }

  get notes(): readonly string[] {
    const { alike, steps, control, unchecked, large } = this.#left;
    const counted = (count: number, one: string, many: string): string[] =>
      count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${many}`];
    return [
      'Drafted from a recording: read what it expects before you rely on it.',
      ...(this.protocol
        ? counted(control, 'message of that kind is left out.', 'messages of that kind are left out.').map(
            (sentence) => `${this.protocol!.title} opens and keeps itself alive: ${sentence}`,
          )
        : []),
      ...counted(
        alike,
        'more message like the one before was received, and is not waited for.',
        'more messages like the one before were received, and are not waited for.',
      ),
      ...counted(steps, 'more message is left out', 'more messages are left out').map(
        (sentence) => `${sentence}: a test has at most ${MAX_STEPS} steps.`,
      ),
      ...counted(
        large,
        'message of more than 1 MiB is not sent.',
        'messages of more than 1 MiB are not sent.',
      ),
      ...counted(
        unchecked,
        'more value of the messages is not checked.',
        'more values of the messages are not checked.',
      ),
    ];
  }

  add(item: DraftItem): void {
    const { unit, direction } = item;
    if (unit?.heartbeat || (unit?.type === 'control' && direction === 'in')) this.#left.control++;
    else if (this.steps.length >= MAX_STEPS) this.#left.steps++;
    else if (direction === 'out') this.#send(item);
    else this.#receive(item);
  }

  /** The end of the connection, unless the client closed it normally, as a run does. */
  end(): void {
    const { close } = this.source;
    if (!close || this.steps.length >= MAX_STEPS) return;
    const { direction, code, reason } = close;
    if (direction === 'in' && code !== 1006)
      this.steps.push({
        wait: { where: ['kind == "close"'], expect: [`close.code == ${code}`] },
      });
    else if (direction === 'out' && code !== 1000 && code !== 1005 && code !== 1006)
      this.steps.push({ directives: [`close ${code} ${reason.replace(/[{}]/g, '')}`.trim()] });
  }

  #send(item: DraftItem): void {
    const { unit, message } = item;
    if (message.data.length > MAX_SENT_BYTES) {
      this.#left.large++;
      return;
    }
    this.#alike = { identity: '', count: 0 };
    const context = { url: this.source.url, subprotocol: this.source.subprotocol };
    const verb = unit && item.isAlone && this.protocol ? draftVerb(unit, this.protocol, context) : undefined;
    const isOpening = verb?.spec.opens === true && item.json === undefined;
    if (unit?.type === 'control' && (!verb || isOpening)) {
      this.#left.control++;
      return;
    }
    // A message of several units is sent once, with the first of them.
    if (!verb && message === this.#sent) return this.#keepCall(unit, false);
    this.#sent = message;
    const references = this.#values.sent(
      verb || !unit ? item : { ...item, text: wholeText(message), json: undefined },
    );
    this.#keepCall(unit, verb?.isCall === true);
    const step: PrintableStep = verb
      ? {
          directives: verb.directives,
          ...(verb.message && { message: verb.message, ...(verb.spec.body !== 'graphql' && { references }) }),
        }
      : { message, ...(message.kind === 'text' && { references }) };
    this.#push(step);
  }

  #keepCall(unit: DecodedUnit | undefined, isVerb: boolean): void {
    const key = unit && callKey(unit);
    if (key === undefined) return;
    this.#calls.set(key, { name: unit!.name, isVerb });
    if (isVerb) this.#lastCall = key;
  }

  /** A wait without a message is joined with the next message that is sent. */
  #push(step: PrintableStep): void {
    const last = this.steps.at(-1);
    const canJoin = last?.wait !== undefined && !last.message && !last.directives && !step.wait;
    if (canJoin) this.steps[this.steps.length - 1] = { ...last, ...step };
    else this.steps.push(step);
  }

  #receive(item: DraftItem): void {
    const identity = this.#identify(item);
    const text = `${identity.isReply} ${identity.where.join('\n')}`;
    this.#alike = { identity: text, count: this.#alike.identity === text ? this.#alike.count + 1 : 1 };
    if (this.#alike.count > MAX_ALIKE) {
      this.#left.alike++;
      return;
    }
    const checks = this.#values.received(item, item.unit ? 'payload' : '$', identity.known);
    this.#left.unchecked += checks.unchecked;
    const expect = [...identity.expect, ...checks.expect];
    const wait: PrintableWait = {
      ...(identity.where.length > 0 && { where: identity.where }),
      ...(expect.length > 0 && { expect }),
      ...(checks.capture.length > 0 && { capture: checks.capture }),
    };
    this.#push({ wait, ...(identity.isReply && { directives: ['reply'] }) });
  }

  #identify(item: DraftItem): Identity {
    const { unit, message, json } = item;
    if (unit) return this.#identifyUnit(unit);
    if (json && typeof json.value === 'object' && json.value !== null) return this.#identifyJson(json.value);
    const identity = { isReply: false, known: new Set<string>(), expect: [] };
    if (message.kind === 'binary') return { ...identity, where: ['kind == "binary"'] };
    return { ...identity, where: [textIdentity(item, this.#values)] };
  }

  #identifyUnit(unit: DecodedUnit): Identity {
    const { type, name } = unit;
    const key = replyKey(unit);
    const call = key === undefined ? undefined : this.#calls.get(key);
    const identity = { isReply: false, known: new Set<string>(), expect: [] };
    if (call?.isVerb && key === this.#lastCall)
      return { ...identity, isReply: true, where: [], expect: [`type == "${type}"`] };
    const where = [`type == "${type}"`];
    // Another call of the same name may be answered first. Ids differ from run to run, so the name is the
    // closest match.
    const shown = name || (call?.name ?? '');
    if (shown !== '' && !isVolatileString(shown)) where.push(`name == ${literalOf(shown)}`);
    if (call && !call.isVerb && unit.replyTo !== undefined)
      where.push(`id == ${literalOf(JSON.parse(unit.replyTo))}`);
    return { ...identity, where };
  }

  /**
   * Identifies a message by the members that name its kind, by ids that the client sent, or else by the
   * presence of its members.
   */
  #identifyJson(value: object): Identity {
    const where: string[] = [];
    const known = new Set<string>();
    for (const leaf of leavesOf(value)) {
      if (leaf.path.length !== 1) continue;
      const subject = subjectOf('$', leaf.path);
      const isKind =
        typeof leaf.value === 'string' &&
        KINDS.test(leaf.key) &&
        leaf.value.length <= MAX_TEXT &&
        !isVolatileString(leaf.value);
      const isId =
        isIdKey(leaf.key) &&
        leaf.value !== null &&
        typeof leaf.value !== 'object' &&
        this.#values.isEcho(leaf);
      if (subject === undefined || !(isKind || isId)) continue;
      where.push(`${subject} == ${literalOf(leaf.value)}`);
      known.add(subject);
    }
    if (where.length === 0)
      for (const name of Object.keys(value).slice(0, 3)) {
        const subject = subjectOf('$', Array.isArray(value) ? [Number(name)] : [name]);
        if (subject !== undefined) where.push(`${subject} exists`);
      }
    if (where.length === 0) where.push(`$ isType "${Array.isArray(value) ? 'array' : 'object'}"`);
    return { isReply: false, where, known, expect: [] };
  }
}

function wholeText({ kind, data }: OutgoingMessage): string | undefined {
  return kind === 'text' ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(data) : undefined;
}

/** Identifies a text by its whole content, by its start up to the first digit, or by its kind. */
function textIdentity({ text }: DraftItem, values: DraftValues): string {
  if (text === undefined || text.length > MAX_TEXT) return 'kind == "text"';
  const isEcho = values.isEcho({ path: [], key: '', value: text });
  if (isEcho || !/\d/.test(text)) return `text == ${literalOf(text)}`;
  const start = /^\D*/.exec(text)![0];
  return start.trim().length >= 3 ? `text startsWith ${literalOf(start)}` : 'kind == "text"';
}
