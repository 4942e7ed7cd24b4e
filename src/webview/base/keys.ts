/** Actions of keys that work regardless of the focus. */
export type PanelKey = 'find' | 'next' | 'previous';

/** @returns undefined for other keys */
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

/**
 * The index to which a key moves within a row of tabs or radio buttons (WAI-ARIA's roving tabindex); undefined for keys
 * that do not move.
 */
export function rovingIndex(key: string, index: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (index + 1) % length;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (index - 1 + length) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
