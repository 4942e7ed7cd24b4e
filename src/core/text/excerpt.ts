const MAX_CHARS = 40;

/** Quotes a text in a message: on one line and short, however long the text is. */
export function excerpt(text: string): string {
  const cut = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
  return `“${cut.replace(/[\s\p{Cc}]+/gu, ' ')}”`;
}
