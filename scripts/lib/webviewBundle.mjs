import { readFile } from 'node:fs/promises';

/**
 * A style sheet without comments and the spaces that mean nothing. That after a closing brace stays: it may separate a value
 * that is filled in from the next.
 * @param {string} styles
 */
const minified = (styles) =>
  styles
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{;,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}');

/** Minifies template literals that esbuild treats as text: style sheets in css`…`, and the indentation of html`…`. */
const minifiedTemplates = {
  name: 'minified-templates',
  setup(build) {
    build.onLoad({ filter: /src\/webview\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/\bcss`([^`]*)`/g, (_, styles) => `css\`${minified(styles)}\``)
        .replace(/\n[ \t]+/g, '\n'),
      loader: 'ts',
    }));
  },
};

/**
 * The build options of the panel's page. Parts that are loaded on first use become files of their own, and so do
 * modules that several of these files share. Their names end in a hash, because shared modules have no name.
 * @param {boolean} production
 * @returns {import('esbuild').BuildOptions}
 */
export function webviewBundle(production) {
  return {
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    tsconfig: 'src/webview/tsconfig.json',
    entryPoints: { panel: 'src/webview/main.ts' },
    splitting: true,
    chunkNames: 'shared-[name]-[hash]',
    loader: { '.css': 'text' },
    plugins: production ? [minifiedTemplates] : [],
    outdir: 'dist/webview',
  };
}
