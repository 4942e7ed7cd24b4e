const DAY = 24 * 60 * 60 * 1_000;

/** A certificate that expires sooner is worth a warning. */
const SOON_DAYS = 14;

/** `TLSv1.3` as people write it: `TLS 1.3`. */
export function tlsName(protocol: string): string {
  return protocol.replace(/^TLSv1$/, 'TLSv1.0').replace(/^(TLS|SSL)v/, '$1 ');
}

/**
 * Whole days that a certificate is still valid, where they are few: 0 on its last day, negative once it has expired.
 * @param validTo ISO 8601; what cannot be read is not warned about
 */
export function daysToExpiry(validTo: string, now: number): number | undefined {
  const days = Math.floor((Date.parse(validTo) - now) / DAY);
  return days < SOON_DAYS ? days : undefined;
}
