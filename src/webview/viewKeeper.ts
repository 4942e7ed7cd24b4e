import type { Host } from './host.ts';
import type { ViewState } from './viewState.ts';

/** Milliseconds until a change of the view is kept: scrolling changes it with every frame. */
const KEEP_AFTER = 100;

/** @returns keeps a view with VS Code once it has not changed for a moment */
export function createViewKeeper(host: Pick<Host, 'keep'>): (view: ViewState) => void {
  let keeping: ReturnType<typeof setTimeout> | undefined;
  return (view) => {
    clearTimeout(keeping);
    keeping = setTimeout(() => host.keep(view), KEEP_AFTER);
  };
}
