import type { Draft } from '../../shared/panelProtocol.ts';

/** Steps through the messages sent before, and back to the current draft. */
export interface DraftHistory {
  /** @param step 1 for an older message, -1 for a newer one. @returns undefined if there is none */
  step(step: 1 | -1, current: Draft): Promise<Draft | undefined>;
  /** Starts again from the newest message, after typing or sending. */
  reset(): void;
}

/** @param list returns the sent messages, newest first; called once per walk */
export function createDraftHistory(list: () => Promise<readonly Draft[]>): DraftHistory {
  let walk: { readonly sent: readonly Draft[]; readonly typed: Draft; at: number } | undefined;
  return {
    async step(step, current) {
      if (walk === undefined) {
        if (step < 0) return undefined;
        const sent = (await list()).filter(
          ({ mode, text, encode, verb }) =>
            mode !== current.mode ||
            text !== current.text ||
            encode !== current.encode ||
            JSON.stringify(verb) !== JSON.stringify(current.verb),
        );
        walk = { sent, typed: current, at: -1 };
      }
      const at = walk.at + step;
      if (at < -1 || at >= walk.sent.length) return undefined;
      walk.at = at;
      return at < 0 ? walk.typed : walk.sent[at];
    },
    reset() {
      walk = undefined;
    },
  };
}

/** One line of a draft, for a list. */
export function draftTitle({ text, verb }: Draft, most = 60): string {
  const words = verb ? [`@${verb.name}`, ...verb.arguments, text] : [text];
  const line = words.join(' ').replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
