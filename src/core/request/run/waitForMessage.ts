import type { CompiledCondition } from '../condition/compileCondition.ts';
import { replyKey } from '../../protocol/unit.ts';
import type { Judged } from '../condition/judged.ts';
import type { Range } from '../syntax/range.ts';
import type { RunConversation } from './runConversation.ts';
import { durationText } from './durationText.ts';
import type { Queued } from './inbox.ts';
import type { Interruption } from './interruption.ts';
import type { Judge } from './judge.ts';
import type { Candidate, RunFailure } from './runResult.ts';
import { RunStop } from './runStop.ts';

/** How many of the latest unmatched messages are compared to find the closest one. */
const MAX_COMPARED = 2_000;

/** Maximum milliseconds for this comparison. */
const MAX_COMPARING = 500;

/** Milliseconds of judging messages before the event loop gets a turn. */
const SLICE = 20;

/** The message that a step waits for. */
export interface WantedMessage {
  readonly where: readonly CompiledCondition[];
  /** Milliseconds. */
  readonly within: number;
  /** Whether the step expects no message. Then the closest one is not searched for. */
  readonly isNone: boolean;
  /** Takes only the unit that answers this call, by its `replyKey`. */
  readonly replyTo: string | undefined;
  readonly takesControl: boolean;
  /** The separator's line, where a failure is shown. */
  readonly range: Range;
}

/**
 * Takes the oldest queued message that meets all conditions; the others stay. Messages already queued when the time is
 * up still count. A close is taken only by conditions about it.
 * @throws RunStop if none came in time, or the connection closed before
 */
export async function waitForMessage(
  { where, within, isNone, replyTo, takesControl, range }: WantedMessage,
  conversation: RunConversation,
  judge: Judge,
  interruption: Interruption,
  now: () => number,
): Promise<{ readonly message: Queued; readonly judged: Judged }> {
  const { inbox } = conversation;
  const looksInside = where.some(({ needsPayload }) => needsPayload);
  const takesClose = where.some(({ isOfClose }) => isOfClose);
  const isWanted = ({ unit }: Queued): boolean =>
    (takesControl || unit?.type !== 'control') &&
    (replyTo === undefined || (unit !== undefined && replyKey(unit) === replyTo));
  const matches = (judged: Judged): boolean => where.every((condition) => judge.holds(condition, judged));
  const deadline = createDeadline(within);
  const stop = async (failure: Pick<RunFailure, 'code' | 'message'>): Promise<RunStop> =>
    new RunStop({
      cause: 'expectation',
      range: where[0]?.range ?? range,
      ...(where.length > 0 && { expected: where.map(({ written }) => written).join(' and ') }),
      looked: countMessages(conversation),
      ...(isNone ? {} : await closest(where, conversation, judge, now)),
      ...failure,
    });

  let seen: Queued | undefined;
  let pauseAt = now() + SLICE;
  try {
    for (;;) {
      for (let next = seen ? seen.next : inbox.first; next; next = next.next) {
        seen = next;
        if (now() >= pauseAt) {
          await interruption.sleep(0);
          pauseAt = now() + SLICE;
        }
        if (next.kind === 'close' && !takesClose) break;
        if (next.kind !== 'close' && !isWanted(next)) continue;
        const found = conversation.judged(next, looksInside);
        const judged = found instanceof Promise ? await interruption.race(found) : found;
        if (!matches(judged)) continue;
        // Expectations may read more of the message than the conditions that selected it.
        const whole = await interruption.race(Promise.resolve(conversation.judged(next, true)));
        conversation.take(next);
        return { message: next, judged: whole };
      }
      // Nothing comes after the close, even if an earlier step has taken it.
      if (conversation.close)
        throw await stop({ code: 'close', message: closedMessage(conversation, where.length > 0) });
      if (inbox.isFull)
        throw await stop({
          code: 'queue',
          message: `${inbox.count} messages came that no step has taken, and none is the one that is waited for: nothing more is read.`,
        });
      if (deadline.isOver)
        throw await stop({ code: 'wait', message: timeoutMessage(within, conversation, where) });
      await interruption.race(nextArrival(conversation, deadline));
    }
  } finally {
    deadline.end();
  }
}

interface Deadline {
  readonly isOver: boolean;
  /** Called when the time is up. */
  wake: () => void;
  end(): void;
}

function createDeadline(milliseconds: number): Deadline {
  let isOver = false;
  const deadline: Deadline = {
    get isOver() {
      return isOver;
    },
    wake: () => undefined,
    end: () => clearTimeout(timer),
  };
  const timer = setTimeout(() => {
    isOver = true;
    deadline.wake();
  }, milliseconds);
  return deadline;
}

/** Resolves when a message has come or the time is up. */
function nextArrival({ inbox }: RunConversation, deadline: Deadline): Promise<void> {
  return new Promise((resolve) => {
    inbox.onArrival(resolve);
    deadline.wake = resolve;
  });
}

function countMessages({ inbox }: RunConversation): number {
  return inbox.last?.kind === 'close' ? inbox.count - 1 : inbox.count;
}

/** The message that came closest, with the first condition that it does not meet. */
async function closest(
  where: readonly CompiledCondition[],
  conversation: RunConversation,
  judge: Judge,
  now: () => number,
): Promise<{ readonly best?: Candidate }> {
  let best: { message: Queued; judged: Judged; unmet: CompiledCondition; closeness: number } | undefined;
  const end = now() + MAX_COMPARING;
  let compared = 0;
  for (let next = conversation.inbox.last; next && compared < MAX_COMPARED; next = next.previous) {
    if (compared > 0 && now() >= end) break;
    // A message that is not in memory is large. Reading it again only for this would take too long.
    if (next.kind === 'close' || !next.payload) continue;
    compared++;
    const judged = await conversation.judged(next, true);
    const unmet = where.filter((condition) => !judge.holds(condition, judged));
    const [first] = unmet;
    if (!first) continue;
    const nearness = judge.bounded(first.timeLimitFrom, judged, () => first.nearness(judged));
    const closeness = (where.length - unmet.length + nearness) / where.length;
    if (!best || closeness > best.closeness) best = { message: next, judged, unmet: first, closeness };
  }
  if (!best) return {};
  const { message, judged, unmet, closeness } = best;
  return {
    best: { seq: message.seq, expected: unmet.written, actual: judge.actual(unmet, judged), closeness },
  };
}

function timeoutMessage(
  within: number,
  conversation: RunConversation,
  where: readonly CompiledCondition[],
): string {
  const time = durationText(within);
  const count = countMessages(conversation);
  if (where.length === 0) return `No message came within ${time}.`;
  const wanted = where.map(({ written }) => written).join(' and ');
  if (count === 0) return `No message came within ${time}; expected one with ${wanted}.`;
  const came = count === 1 ? 'The message that was there' : `None of the ${count} messages that were there`;
  return count === 1
    ? `${came} within ${time} does not match; expected one with ${wanted}.`
    : `${came} within ${time} matches; expected one with ${wanted}.`;
}

function closedMessage({ close, error }: RunConversation, hasConditions: boolean): string {
  const reason = close?.reason ? ` “${close.reason}”` : '';
  const cause = error ? ` (${error.message})` : '';
  const wanted = hasConditions ? 'the message that was waited for' : 'a message';
  return `The connection closed with ${close?.code}${reason} before ${wanted} came${cause}.`;
}
