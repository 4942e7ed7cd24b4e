/**
 * Where a key leads within a row of tabs or radio buttons (WAI-ARIA: one of them is in the tab order, arrows move);
 * undefined for keys that lead nowhere.
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
