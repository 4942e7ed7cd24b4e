import { ProgressLocation, window } from 'vscode';
import { inertText } from './inertText.ts';

export interface DelayedProgress {
  readonly title: string;
  /** Milliseconds before the progress is shown; shorter work shows none. */
  readonly delay: number;
  /** Whether to show it after the delay; by default always. */
  readonly isWanted?: () => boolean;
  /** Called when the user cancels. It must end the work. */
  readonly cancel: () => void;
}

/** Reports the completed share of the work, from 0 to 1. */
export type ReportShare = (share: number) => void;

/** Shows a notification with progress and Cancel once the work has taken longer than the delay. */
export async function withDelayedProgress<T>(
  { title, delay, cancel, isWanted = () => true }: DelayedProgress,
  work: (report: ReportShare) => Promise<T>,
): Promise<T> {
  let show: ((share: number) => void) | undefined;
  const working = work((share) => show?.(share));
  const over = working.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    if (!isWanted()) return;
    void window.withProgress(
      { location: ProgressLocation.Notification, title: inertText(title), cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(cancel);
        let shown = 0;
        show = (share) => {
          progress.report({ increment: (share - shown) * 100 });
          shown = share;
        };
        return over;
      },
    );
  }, delay);
  try {
    return await working;
  } finally {
    clearTimeout(timer);
  }
}
