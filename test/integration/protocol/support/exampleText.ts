import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../examples/protocols');

/** The text of an example for a protocol, with other addresses in the place of its own. */
export function exampleText(name: string, addresses: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(folder, name), 'utf8');
  for (const [own, other] of Object.entries(addresses)) {
    if (!text.includes(own)) throw new Error(`${name} does not name ${own}`);
    text = text.replaceAll(own, other);
  }
  return text;
}
