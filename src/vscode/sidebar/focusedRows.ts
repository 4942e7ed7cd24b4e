import { commands } from 'vscode';
import type { TreeView } from 'vscode';
import type { Command } from '../report.ts';

interface View {
  readonly tree: TreeView<unknown>;
  /** Whether commands apply to a node; they do not apply to headings. */
  readonly isRow: (node: object) => boolean;
}

/**
 * The rows to which keybindings apply. A menu passes its row to a command; a keybinding passes its `args`, so
 * keybindings of the views name their view: `{ "focusedIn": "duplex.sessions" }`.
 */
export class FocusedRows {
  readonly #views = new Map<string, View>();

  add(id: string, tree: View['tree'], isRow: View['isRow']): void {
    this.#views.set(id, { tree, isRow });
  }

  /** The same commands, which also take the focused row of a view. Without such a row they do nothing. */
  resolve(all: Readonly<Record<string, Command>>): Record<string, Command> {
    return Object.fromEntries(
      Object.entries(all).map(([id, run]): [string, Command] => [
        id,
        async (argument, ...rest) => {
          const view = this.#viewOf(argument);
          if (view === undefined) return run(argument, ...rest);
          const node = await focusedNode(view.tree);
          return node !== undefined && view.isRow(Object(node) as object) ? run(node, ...rest) : undefined;
        },
      ]),
    );
  }

  #viewOf(argument: unknown): View | undefined {
    const { focusedIn } = (argument ?? {}) as { focusedIn?: unknown };
    return typeof focusedIn === 'string' ? this.#views.get(focusedIn) : undefined;
  }
}

/**
 * Arrow keys move the focus but not the selection, and VS Code reports only the selection to extensions. Its own
 * command adds the focused row to the selection or removes it, without opening anything; the second call restores the
 * selection.
 */
async function focusedNode(tree: TreeView<unknown>): Promise<unknown> {
  const before = tree.selection;
  await commands.executeCommand('list.toggleSelection');
  const after = tree.selection;
  await commands.executeCommand('list.toggleSelection');
  return after.find((node) => !before.includes(node)) ?? before.find((node) => !after.includes(node));
}
