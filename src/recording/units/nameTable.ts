/** Maximum number of texts. If a server sends more, they are not names, but data. */
const MAX_TEXTS = 262_144;

/** Number of the text that stands for all further ones. */
export const OTHERS = 1;

/** Texts by number. Number 0 is the empty text. */
export class NameTable {
  readonly #texts: string[] = ['', '…'];
  readonly #numbers = new Map(this.#texts.map((text, number) => [text, number]));
  #written = 0;

  /** @param texts texts in the order of their numbers */
  constructor(texts: readonly string[] = []) {
    for (const text of texts.slice(this.#texts.length)) this.number(text);
    this.#written = texts.length;
  }

  get size(): number {
    return this.#texts.length;
  }

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length >= MAX_TEXTS) return OTHERS;
    const number = this.#texts.length;
    this.#texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  /** The number of a text; undefined if the table does not contain it. */
  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** Lines for the texts that were added since the last call. */
  take(): string {
    const lines = this.#texts.slice(this.#written).map((text) => `${JSON.stringify(text)}\n`);
    this.#written = this.#texts.length;
    return lines.join('');
  }
}
