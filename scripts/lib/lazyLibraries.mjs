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
  'self-signed': './selfSigned.ts',
  protobuf: '../../core/codec/protobuf/protobuf.ts',
  socks: 'socks',
  'tough-cookie': 'tough-cookie',
  yaml: 'yaml',
};

/** The repository's own modules that are such libraries, with their parts. */
export const OWN_LIBRARIES = {
  ajv: 'src/engine/runner/ajv.ts',
  protobuf: 'src/core/codec/protobuf/protobuf.ts',
  'self-signed': 'src/serve/selfSigned.ts',
};

/**
 * Resolves `import('…')` of an export of another worker's bundle to the file of that worker.
 * @type {import('esbuild').Plugin}
 */
export const sharedWorkerParts = {
  name: 'shared-worker-parts',
  setup({ onResolve }) {
    onResolve({ filter: /\/decodedScan\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './units.js', external: true } : undefined,
    );
  },
};

/**
 * Resolves `import('…')` of a library to its file.
 * @param {string} folder of the libraries, relative to the bundle
 * @returns {import('esbuild').Plugin}
 */
export function lazyLibraries(folder = './libraries') {
  return {
    name: 'lazy-libraries',
    setup({ onResolve }) {
      const names = new Map(Object.entries(LIBRARIES).map(([name, module]) => [module, name]));
      onResolve({ filter: /.*/ }, ({ path, kind }) => {
        const name = kind === 'dynamic-import' ? names.get(path) : undefined;
        return name === undefined ? undefined : { path: `${folder}/${name}.js`, external: true };
      });
    },
  };
}
