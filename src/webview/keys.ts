/** What the panel does for a key wherever the focus is. */
export type PanelKey = 'find' | 'next' | 'previous';

/** @returns undefined for keys that are not the panel's */
export function panelKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): PanelKey | undefined {
  const { ctrlKey, metaKey, shiftKey, altKey } = event;
  const isCommand = ctrlKey !== metaKey;
  const key = event.key.toLowerCase();
  if (altKey) return undefined;
  if (isCommand && !shiftKey && key === 'f') return 'find';
  if (!isCommand && key === 'f3') return shiftKey ? 'previous' : 'next';
  return undefined;
}
