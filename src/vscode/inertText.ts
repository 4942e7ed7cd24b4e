import { MarkdownString } from 'vscode';
import type { InputBoxOptions } from 'vscode';
import { makeVisible } from '../core/format/visible.ts';
import { spellOptions } from '../core/session/options/optionName.ts';

/**
 * Maximum characters of a text: longer than any of the extension's sentences, and short enough to keep the window
 * readable.
 */
const MAX_LENGTH = 1_000;

/** The syntax of icons in labels of trees, lists, lenses, tests, the status bar and prompts. */
const ICON = /\$(?=\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\))/g;

/**
 * Makes a text inert in VS Code's interface, if it contains text of a server, a file, a recording or the user. The
 * eslint rule `duplex/inert-texts` requires it wherever VS Code interprets texts:
 * - `[label](command:…)` is a link in notifications, prompts and validation messages of input boxes, and messages of
 *   views, and a click on it runs any command;
 * - `$(name)` is an icon, with which a label can look like another one.
 *
 * A space before the parenthesis makes both plain text everywhere; a backslash would be visible where icons are not
 * rendered.
 */
export function inertText(text: string, maxLength = MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return makeVisible(cut).replaceAll('](', '] (').replace(ICON, '$ ');
}

/** Like `inertText`, for Markdown: nothing in it is formatted. Line feeds stay. */
export function inertMarkdown(text: string, markdown = new MarkdownString()): MarkdownString {
  return markdown.appendText(text.split('\n').map(inertLine).join('\n'));
}

function inertLine(line: string): string {
  return inertText(line);
}

/** Markdown from the documentation in this repository. It contains no foreign text. */
export function ownMarkdown(markdown: string): MarkdownString {
  // eslint-disable-next-line duplex/inert-texts -- the only place for the extension's own Markdown
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
