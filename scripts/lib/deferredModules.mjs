// @ts-check
import { relative, resolve } from 'node:path';
import { exportsOf } from './exportsOf.mjs';

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
  'src/core/format/draft.ts',
  'src/core/protocol/binary/decodeBinary.ts',
  'src/core/protocol/registry.ts',
  'src/core/request/condition/selectJson.ts',
  'src/core/request/plan/analyzeRequestFile.ts',
  'src/core/request/plan/checkDirectives.ts',
  'src/core/request/plan/encodeBody.ts',
  'src/core/request/plan/serverPlan.ts',
  'src/core/request/plan/stepVerb.ts',
  'src/core/request/print/printRequest.ts',
  'src/core/request/run/runRequest.ts',
  'src/core/request/service/completions.ts',
  'src/core/request/service/hover.ts',
  'src/core/request/service/optionDocs.ts',
  'src/core/request/service/outline.ts',
  'src/core/request/service/quickFixes.ts',
  'src/core/request/service/semanticTokens.ts',
  'src/core/request/syntax/parseRequestFile.ts',
  'src/core/request/variables/dynamicVariables.ts',
  'src/core/request/variables/jsonTree.ts',
  'src/core/request/variables/scope.ts',
  'src/core/search/compileJsonPath.ts',
  'src/core/session/doctor/curlCommand.ts',
  'src/core/session/doctor/doctor.ts',
  'src/core/session/options/connectOptions.ts',
  'src/core/session/options/validate.ts',
  'src/core/session/secrets/maskSecrets.ts',
  'src/engine/draftRecording.ts',
  'src/engine/importJob.ts',
  'src/engine/protocolTables.ts',
  'src/engine/proxy/proxyBlock.ts',
  'src/engine/proxy/recordingProxy.ts',
  'src/engine/recordedSession.ts',
  'src/engine/recordingFile.ts',
  'src/engine/recordings.ts',
  'src/engine/replay/replayClient.ts',
  'src/engine/replay/replayScript.ts',
  'src/engine/replay/replayServer.ts',
  'src/engine/runner/createStepPorts.ts',
  'src/engine/runner/encode.ts',
  'src/engine/runner/sessionConnection.ts',
  'src/engine/serve/scriptedServers.ts',
  'src/engine/session.ts',
  'src/net/wsConnection.ts',
  'src/recording/read/payloadDecoding.ts',
  'src/recording/read/schemaFiles.ts',
  'src/vscode/commands/pickUrl.ts',
  'src/vscode/exports/exportRecording.ts',
  'src/vscode/exports/generateCode.ts',
  'src/vscode/exports/pickRows.ts',
  'src/vscode/panel/attachSession.ts',
  'src/vscode/panel/checks.ts',
  'src/vscode/panel/compose/messageDraft.ts',
];

/**
 * Packages that only such modules import, and modules loaded by `import()`. They become separate files that are
 * required when these modules run, so the start neither reads nor parses them.
 * @type {Readonly<Record<string, string>>}
 */
export const DEFERRED_PACKAGES = { ws: 'ws', 'json-p3': 'json-p3' };

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
      return {
        contents: requiredOnUse(path, await exportsOf(path)),
        resolveDir: resolve(path, '..'),
        watchFiles: [path],
      };
    });
  },
});

/**
 * A module whose exports are getters that require a file when one of them is first used.
 * @param {string} file @param {readonly string[]} names of the exports
 */
export function requiredOnUse(file, names) {
  const getters = names.map((name) => `get ${name}() { return load().${name}; }`);
  return `let loaded;
const load = () => (loaded ??= require(${JSON.stringify(file)}));\nmodule.exports = { ${getters.join(', ')} };`;
}
