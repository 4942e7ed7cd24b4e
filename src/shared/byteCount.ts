const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes in a few characters, in units of 1024: `98 B`, `1.5 KiB`, `118 MiB`. */
export function byteCount(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  // Rounded first, so that 1024 of a unit is never written.
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
