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

/**
 * The folders of `parent` that each of its folders may import, besides itself. A folder that is not named here may
 * import none of its neighbours: name it.
 * @param {Record<string, string[]>} folders
 */
function inner(parent, folders) {
  return Object.entries({ ...folders, '[^/]+': [] }).map(([folder, allowed]) => {
    const isKnown = folder in folders;
    return {
      name: isKnown
        ? `${parent}/${folder}-imports-only-${allowed.join('-') || 'itself'}`
        : `${parent}-folders-are-known`,
      severity: 'error',
      from: {
        path: `^src/${parent}/(${folder})/`,
        ...(!isKnown && { pathNot: `^src/${parent}/(${Object.keys(folders).join('|')})/` }),
      },
      to: {
        path: `^src/${parent}/[^/]+/`,
        pathNot: `^src/${parent}/(${[isKnown ? folder : '$1', ...allowed].join('|')})/`,
      },
    };
  });
}

/** The features of `src/webview`. */
const features = [
  'chart',
  'composer',
  'doctor',
  'handshake',
  'header',
  'inspector',
  'protocol',
  'proxy',
  'search',
  'timeline',
];

/** The commands of `src/cli`: what two of them need stands beside or below them, in no command's folder. */
const commands = 'check|code|connect|export|import|log|proxy|replay|run|serve';

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
    layer('files', 'core', 'shared'),
    layer('net', 'files', 'core', 'shared'),
    layer('serve', 'net', 'core', 'shared'),
    layer('recording', 'core', 'shared'),
    layer('workers', 'recording', 'net', 'files', 'core', 'shared'),
    layer('engine', 'net', 'serve', 'recording', 'files', 'core', 'shared'),
    layer('demo', 'core', 'shared'),
    layer('vscode', 'engine', 'demo', 'files', 'core', 'shared'),
    layer('cli', 'engine', 'demo', 'files', 'core', 'shared'),
    {
      name: 'webview-imports-of-core-only-format-syntax-and-protocol',
      severity: 'error',
      from: { path: src('webview') },
      to: { path: '^src/', pathNot: '^src/(webview|shared|core/format|core/request/syntax|core/protocol)/' },
    },
    ...inner('core', {
      text: [],
      frames: [],
      format: ['text'],
      search: ['format', 'text'],
      session: ['text'],
      codec: ['format', 'text'],
      protocol: ['codec', 'format', 'search', 'text'],
      request: ['protocol', 'codec', 'session', 'search', 'format', 'text'],
      convert: ['request', 'protocol', 'codec', 'session', 'search', 'format', 'text'],
      codegen: ['request', 'protocol', 'codec', 'session', 'format', 'search', 'text'],
    }),
    ...inner('core/session', {
      options: [],
      secrets: ['options'],
      life: ['secrets', 'options'],
      doctor: ['life', 'secrets', 'options'],
    }),
    ...inner('core/request', {
      syntax: [],
      variables: ['syntax'],
      condition: ['variables', 'syntax'],
      plan: ['condition', 'variables', 'syntax'],
      run: ['plan', 'condition', 'variables', 'syntax'],
      print: ['syntax'],
      service: ['plan', 'condition', 'variables', 'syntax'],
    }),
    // The features of the panel do not import each other: page/ joins them.
    ...inner('webview', {
      base: [],
      text: ['base'],
      list: ['base'],
      rows: ['list', 'text', 'base'],
      parts: ['list', 'text', 'base'],
      editor: ['parts', 'text', 'base'],
      ...Object.fromEntries(
        features.map((feature) => [feature, ['editor', 'parts', 'rows', 'list', 'text', 'base']]),
      ),
      page: [...features, 'editor', 'parts', 'rows', 'list', 'text', 'base'],
    }),
    {
      name: 'cli-commands-import-no-other-command',
      severity: 'error',
      from: { path: `^src/cli/(${commands})/` },
      to: { path: `^src/cli/(${commands})/`, pathNot: '^src/cli/$1/' },
    },
    {
      name: 'cli-program-alone-imports-commands',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: `^src/cli/((${commands})/|(sessionProgram|program)\\.ts$)` },
      to: { path: `^src/cli/(${commands})/` },
    },
    only('ws-only-in-net-serve-and-demo', '(^|node_modules/)ws(/|$)', src('net', 'serve', 'demo')),
    only('vscode-only-in-vscode', '^vscode$', '^src/(vscode/|(start|extension)\\.ts$)'),
    {
      name: 'no-node-in-core-shared-webview',
      severity: 'error',
      from: { path: src('core', 'shared', 'webview') },
      to: { dependencyTypes: ['core'] },
    },
    only('worker-threads-only-in-engine-and-workers', '^(node:)?worker_threads$', src('engine', 'workers')),
    // Both have types only.
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode|har-format)$' },
    },
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
