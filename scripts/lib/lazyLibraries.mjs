// @ts-check

/**
 * Libraries that are loaded on first use by the importing module. They are files beside the bundle: unused ones are
 * never read, which keeps the start of the extension fast.
 * @type {Readonly<Record<string, string>>}
 */
export const LIBRARIES = {
  ajv: './ajv.ts',
  chokidar: 'chokidar',
  fflate: 'fflate',
  socks: 'socks',
  'tough-cookie': 'tough-cookie',
  yaml: 'yaml',
};

/** Resolves `import('…')` of a library to its file. @type {import('esbuild').Plugin} */
export const lazyLibraries = {
  name: 'lazy-libraries',
  setup({ onResolve }) {
    const names = new Map(Object.entries(LIBRARIES).map(([name, module]) => [module, name]));
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      const name = kind === 'dynamic-import' ? names.get(path) : undefined;
      return name === undefined ? undefined : { path: `./libraries/${name}.js`, external: true };
    });
  },
};
