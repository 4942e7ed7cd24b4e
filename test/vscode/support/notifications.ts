import * as vscode from 'vscode';

/** Removes what earlier tests left, so that the newest notification is the one of this test. */
export async function clearNotifications(): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll');
}

/**
 * Presses the first button of the newest notification, again and again, until the work is over: its notification may
 * not be there yet.
 */
export async function pressUntilOver<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  while (!isOver) {
    await vscode.commands.executeCommand('notification.acceptPrimaryAction');
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return over;
}
