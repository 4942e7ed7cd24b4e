import { makeVisible } from '../core/format/visible.ts';

/** Characters of a notification: more than any sentence of ours has, few enough to leave the window readable. */
const MAX_LENGTH = 1_000;

/**
 * A text that holds what a server, a file or a recording says, as inert text of a notification. VS Code makes links of
 * `[label](command:…)` in notifications, and a click on one would run any command.
 */
export function notificationText(text: string): string {
  const cut =
    text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return makeVisible(cut).replaceAll('](', '] (');
}
