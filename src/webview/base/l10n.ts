/** The element of the page in which the host puts the texts of the user's language. */
const TEXTS_ID = 'duplex-texts';

let texts: Readonly<Record<string, string>> | undefined;

/**
 * A text of the page in the user's language, as `vscode.l10n.t` gives those of the host.
 * @param message the English text, a literal; `{0}`, `{1}`, … stand for the values. It is the key in
 * l10n/bundle.l10n.*.json.
 */
export function t(message: string, ...values: readonly (string | number)[]): string {
  texts ??= read();
  const text = Object.hasOwn(texts, message) ? texts[message]! : message;
  return text.replace(/\{(\d)\}/g, (slot, index: string) => String(values[Number(index)] ?? slot));
}

/** Empty in English, because an English page holds no texts, and in unit tests, which have no page. */
function read(): Readonly<Record<string, string>> {
  const left = typeof document === 'undefined' ? null : document.getElementById(TEXTS_ID);
  return left === null ? {} : (JSON.parse(left.textContent) as Record<string, string>);
}
