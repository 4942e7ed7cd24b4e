/** The walls of ARCHITECTURE.md: who may import whom. `npm run layers` checks them. */
const src = (...names) => `^src/(${names.join('|')})/`;

/** Within `src`, `from` may import only itself and `allowed`. */
function layer(from, ...allowed) {
  return {
    name: `${from}-imports-only-${allowed.join('-') || 'itself'}`,
    severity: 'error',
    from: { path: src(from) },
    to: { path: '^src/', pathNot: src(from, ...allowed) },
  };
}

/** Only `allowed` may import the module that `path` matches. */
function only(name, path, allowed, dependencyTypes) {
  return {
    name,
    severity: 'error',
    from: { path: '^src/', pathNot: allowed },
    to: { path, ...(dependencyTypes && { dependencyTypes }) },
  };
}

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    layer('shared'),
    layer('core', 'shared'),
    layer('net', 'core', 'shared'),
    layer('recording', 'core', 'shared'),
    layer('workers', 'recording', 'core', 'shared'),
    layer('engine', 'net', 'recording', 'core', 'shared'),
    layer('demo', 'shared'),
    layer('vscode', 'engine', 'demo', 'core', 'shared'),
    layer('cli', 'engine', 'demo', 'core', 'shared'),
    {
      name: 'webview-imports-only-shared-format-and-parser',
      severity: 'error',
      from: { path: src('webview') },
      to: { path: '^src/', pathNot: '^src/(webview|shared|core/format|core/request)/' },
    },
    only('ws-only-in-net-and-demo', '(^|node_modules/)ws(/|$)', src('net', 'demo')),
    only('vscode-only-in-vscode', '^vscode$', '^src/(vscode/|extension\\.ts$)'),
    {
      name: 'no-node-in-core-shared-webview',
      severity: 'error',
      from: { path: src('core', 'shared', 'webview') },
      to: { dependencyTypes: ['core'] },
    },
    only('worker-threads-only-in-engine-and-workers', '^(node:)?worker_threads$', src('engine', 'workers')),
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
