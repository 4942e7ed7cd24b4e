// @ts-check
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences of libraries that may be part of the shipped extension. */
const ALLOWED = new Set([
  'MIT',
  'Apache-2.0',
  '(Apache-2.0 AND BSD-3-Clause)',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  '(MIT OR CC0-1.0)',
  // Used under the first of the two.
  '(BSD-3-Clause OR GPL-2.0)',
  'CC-BY-4.0',
]);

const STATED = 'scripts/lib/licences';

/**
 * The licence texts of the libraries that the bundles carry.
 * @param {Iterable<string>} inputs paths of the bundled files, as in esbuild's metafile
 * @param {string[]} [copied] packages of which files are copied and not bundled
 */
export async function notices(inputs, copied = []) {
  const packages = new Set(copied);
  for (const input of inputs) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name !== undefined) packages.add(name);
  }
  const sections = await Promise.all([...packages].sort().map(section));
  return `Duplex contains these works of others, under their licences.\n\n${sections.join('\n')}`;
}

/** @param {string} name */
async function section(name) {
  const folder = join('node_modules', name);
  const { version, license, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (!ALLOWED.has(license)) throw new Error(`${name} is under ${license}, which may not ship: replace it.`);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  // Licence texts from the repositories of packages that do not carry one.
  const paths = files.length > 0 ? files.map((file) => join(folder, file)) : [join(STATED, `${name}.txt`)];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const source = typeof repository === 'string' ? repository : (repository?.url ?? '');
  return `${'-'.repeat(80)}\n${name} ${version} (${license}) ${source}\n\n${texts.join('\n').trim()}\n`;
}
