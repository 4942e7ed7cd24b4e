/** Milliseconds within which VS Code acts upon a key that it heard too. */
const PATIENCE = 500;

/**
 * Takes back the selection of the page's texts that VS Code is about to make: Select All is a key of its own, which it carries
 * out in a webview whatever the page made of it.
 */
export function dropTextSelection(): void {
  const drop = (): void => {
    const selection = document.getSelection();
    // What stands in a field is the field's business.
    if (selection?.type === 'Range') selection.removeAllRanges();
  };
  document.addEventListener('selectionchange', drop);
  setTimeout(() => document.removeEventListener('selectionchange', drop), PATIENCE);
}
