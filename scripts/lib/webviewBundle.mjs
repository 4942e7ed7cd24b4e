import { readFile } from 'node:fs/promises';

/** Minifies what is text to esbuild: style sheets in css`…`, and the indentation of html`…`. */
const minifiedTemplates = {
  name: 'minified-templates',
  setup(build) {
    build.onLoad({ filter: /src\/webview\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(
          /\bcss`([^`]*)`/g,
          (_, styles) => `css\`${styles.replace(/\/\*[^]*?\*\//g, '').replace(/\s+/g, ' ')}\``,
        )
        .replace(/\n[ \t]+/g, '\n'),
      loader: 'ts',
    }));
  },
};

/**
 * How the panel's page is built. What is loaded when it is first shown is a file of its own, and so
 * are modules that several of these files need. Their names end in a hash, for modules that are shared have no name.
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
