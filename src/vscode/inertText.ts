import { MarkdownString } from 'vscode';
import type { InputBoxOptions } from 'vscode';
import { makeVisible } from '../core/format/visible.ts';
import { spellOptions } from '../core/session/options/optionName.ts';

/** Longer than any sentence of ours, and short enough to keep the window readable. */
const MAX_LENGTH = 1_000;

/** The syntax of icons in labels of trees, lists, lenses, tests, the status bar and prompts. */
const ICON = /\$(?=\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\))/g;

/**
 * A text that holds what a server, a file, a recording or the user wrote, as inert text of VS Code's interface. The
 * eslint rule `duplex/inert-texts` demands it wherever VS Code gives texts a meaning:
 * - `[label](command:…)` is a link in notifications, prompts and validation messages of input boxes, and messages of
 *   views, and a click on it runs any command;
 * - `$(name)` is an icon, with which a label can look like another one.
 *
 * A blank in between makes both plain text on every surface; a backslash would show where icons are not rendered.
 */
export function inertText(text: string, maxLength = MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return makeVisible(cut).replaceAll('](', '] (').replace(ICON, '$ ');
}

/** The same for Markdown: nothing in it is formatted. Line feeds stay. */
export function inertMarkdown(text: string, markdown = new MarkdownString()): MarkdownString {
  return markdown.appendText(text.split('\n').map(inertLine).join('\n'));
}

function inertLine(line: string): string {
  return inertText(line);
}

/** Markdown from the documentation in this repository. It contains no foreign text. */
export function ownMarkdown(markdown: string): MarkdownString {
  // eslint-disable-next-line duplex/inert-texts -- the one way in for Markdown of ours
  return new MarkdownString(markdown);
}

/** Wraps the check of an input box, whose messages may quote the input. Options are named as in the editor. */
export function inertCheck(
  problemOf: (typed: string) => string | undefined,
): NonNullable<InputBoxOptions['validateInput']> {
  return (typed) => {
    const problem = problemOf(typed);
    return problem === undefined ? undefined : inertText(spellOptions(problem, 'editor'));
  };
}
