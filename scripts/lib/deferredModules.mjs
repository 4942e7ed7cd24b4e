// @ts-check
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

/**
 * Modules of the extension that run when one of their exports is first used, because the start does not need them. They
 * stay in the bundle, so that classes such as DuplexError exist once, but their code and their own imports are neither
 * compiled nor run before. They export functions and classes that no importer uses while it is loading.
 */
export const DEFERRED = [
  'src/core/codegen/requestProgram.ts',
  'src/core/codegen/targets.ts',
  'src/core/convert/bruno/exportOpenCollection.ts',
  'src/core/convert/commandLine/importCommandLine.ts',
  'src/core/convert/printImported.ts',
  'src/core/protocol/binary/decodeBinary.ts',
  'src/core/request/condition/selectJson.ts',
  'src/core/request/plan/encodeBody.ts',
  'src/core/request/print/printRequest.ts',
  'src/core/request/run/runRequest.ts',
  'src/core/request/service/completions.ts',
  'src/core/request/service/hover.ts',
  'src/core/request/service/optionDocs.ts',
  'src/core/request/service/outline.ts',
  'src/core/request/service/quickFixes.ts',
  'src/core/request/service/semanticTokens.ts',
  'src/core/search/compileJsonPath.ts',
  'src/core/session/doctor/curlCommand.ts',
  'src/core/session/doctor/doctor.ts',
  'src/engine/draftRecording.ts',
  'src/engine/proxy/proxyBlock.ts',
  'src/engine/proxy/recordingProxy.ts',
  'src/engine/replay/replayClient.ts',
  'src/engine/replay/replayScript.ts',
  'src/engine/replay/replayServer.ts',
  'src/engine/runner/encode.ts',
  'src/engine/runner/createRunPorts.ts',
  'src/engine/serve/scriptedServers.ts',
  'src/net/wsConnection.ts',
  'src/recording/read/payloadDecoding.ts',
  'src/recording/read/schemaFiles.ts',
  'src/vscode/panel/compose/messageDraft.ts',
];

/**
 * Packages that only such modules import, and modules loaded by `import()`. They become separate files that are
 * required when these modules run, so the start neither reads nor parses them.
 * @type {Readonly<Record<string, string>>}
 */
export const DEFERRED_PACKAGES = { ws: 'ws', 'json-p3': 'json-p3' };

/** An export with a value; types disappear at build time. */
export const EXPORT = /^export (?:async )?(?:function\*?|class|const) (\w+)/gm;

/**
 * Redirects an import of such a module to one whose exports are getters that require it.
 * @param {Readonly<Record<string, string>>} packages to take from files of their own
 * @returns {import('esbuild').Plugin}
 */
export const deferredModules = (packages = {}) => ({
  name: 'deferred-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
      const file = resolve(resolveDir, path);
      const isDeferred = DEFERRED.includes(relative('.', file).replaceAll('\\', '/'));
      return kind === 'import-statement' && isDeferred ? { path: file, namespace: 'deferred' } : undefined;
    });
    onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      path in packages ? { path: `./libraries/${path}.js`, external: true } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'deferred' }, async ({ path }) => {
      const names = [...(await readFile(path, 'utf8')).matchAll(EXPORT)].map(([, name]) => name);
      return {
        contents: requiredOnUse(path, names),
        resolveDir: resolve(path, '..'),
        watchFiles: [path],
      };
    });
  },
});

/**
 * A module whose exports are getters that require a file when one of them is first used.
 * @param {string} file @param {readonly (string | undefined)[]} names of the exports
 */
export function requiredOnUse(file, names) {
  const getters = names.map((name) => `get ${name}() { return load().${name}; }`);
  return `const load = () => require(${JSON.stringify(file)});\nmodule.exports = { ${getters.join(', ')} };`;
}
