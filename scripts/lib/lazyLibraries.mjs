// @ts-check

/**
 * Libraries that are loaded when they are first needed, by the module that is imported then. They are files beside the
 * bundle: what is never needed is not even read, which the start of the extension would pay for.
 * @type {Readonly<Record<string, string>>}
 */
export const LIBRARIES = {
  ajv: './ajv.ts',
  socks: 'socks',
  'tough-cookie': 'tough-cookie',
};

/** Lets `import('…')` of a library lead to its file. @type {import('esbuild').Plugin} */
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
