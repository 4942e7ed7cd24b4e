const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes in a few characters, in binary units: `98 B`, `1.5 KiB`, `118 MiB`. */
export function byteCount(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  // Rounded before the comparison, so that the result is never 1024 of a unit.
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
