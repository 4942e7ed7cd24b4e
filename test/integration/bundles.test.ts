import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI_BUNDLES } from '../../scripts/lib/cliBundles.mjs';
import { DEFERRED, DEFERRED_PACKAGES } from '../../scripts/lib/deferredModules.mjs';
import { LIBRARIES, OWN_LIBRARIES } from '../../scripts/lib/lazyLibraries.mjs';
import { SHARED_MODULES } from '../../scripts/lib/sharedModules.mjs';
import { webviewBundle } from '../../scripts/lib/webviewBundle.mjs';

interface Import {
  readonly path: string;
  readonly kind?: string;
  readonly external?: boolean;
}

interface Metafile {
  readonly inputs: Record<string, { readonly imports: readonly Import[] }>;
  readonly outputs: Record<
    string,
    {
      readonly imports: { readonly path: string; readonly external?: boolean }[];
      readonly inputs: Record<string, { readonly bytesInOutput: number }>;
    }
  >;
}

const file = fileURLToPath(new URL('../../dist/meta.json', import.meta.url));
const bundles = JSON.parse(readFileSync(file, 'utf8')) as Record<
  'host' | 'cli' | 'libraries' | 'workers' | 'webview',
  Metafile
>;

const inputs = (bundle: keyof typeof bundles): string[] => Object.keys(bundles[bundle].inputs);
const externals = (bundle: keyof typeof bundles): string[] =>
  Object.values(bundles[bundle].outputs)
    .flatMap((output) => output.imports)
    .filter((imported) => imported.external)
    .map((imported) => imported.path.replace(/^node:/, ''));

const native = ['bufferutil', 'utf-8-validate'];
const programs = Object.keys(CLI_BUNDLES)
  .filter((name) => name !== 'cli')
  .map((name) => `./${name}.js`)
  .sort();
const fileOf = (name: string): string => `./libraries/${name}.js`;
const libraries = Object.keys({ ...LIBRARIES, ...SHARED_MODULES }).map(fileOf);
const packages = Object.keys(DEFERRED_PACKAGES).map(fileOf);

// Import rules see one file at a time; this sees what a bundle really carries.
describe('the bundles', () => {
  it('keep Node, VS Code and ws out of the webview', () => {
    expect(externals('webview')).toEqual([]);
    expect(
      inputs('webview').filter((path) =>
        /node_modules\/ws\/|src\/(net|engine|recording|vscode|cli)\//.test(path),
      ),
    ).toEqual([]);
  });

  it('start the webview with less than 200 KB and load the rest from separate files', async () => {
    const built = await build({
      ...webviewBundle(true),
      bundle: true,
      minify: true,
      metafile: true,
      write: false,
      alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    });
    const { outputs } = built.metafile;
    const started = new Set<string>();
    const start = (output: string): void => {
      if (started.has(output)) return;
      started.add(output);
      for (const { path, kind } of outputs[output]!.imports) if (kind === 'import-statement') start(path);
    };
    start('dist/webview/panel.js');
    const files = [...started].map((output) => outputs[output]!);
    expect(files.reduce((bytes, output) => bytes + output.bytes, 0)).toBeLessThan(200 * 1024);
    // Our style sheets are minified as well.
    const texts = built.outputFiles.map(({ text }) => text);
    expect(texts.some((text) => text.includes('.fixes{display:flex;flex-wrap:wrap'))).toBe(true);
    const carried = files.flatMap((output) => Object.keys(output.inputs)).join(' ');
    expect(carried).not.toMatch(
      /codemirror|uplot|chart\.ts|doctorCard|connectionForm|handshakeView|framesView|inspector\.ts|conversationView/,
    );
  });

  it('keep ws, vscode and the host out of the workers', () => {
    expect(
      inputs('workers').filter((path) => /node_modules\/ws\/|src\/(net|engine|vscode|cli|demo)\//.test(path)),
    ).toEqual([]);
    expect(
      externals('workers').filter(
        (name) => !builtinModules.includes(name) && !libraries.includes(name.slice(1)),
      ),
      // The scan of decoded messages, which the worker of searches has from that of units.
    ).toEqual(['./units.js']);
  });

  it('read the formats of other clients in the import worker only', () => {
    const importer = /src\/core\/convert\/(har|postman|insomnia|yaak|asyncapi)\//;
    expect(inputs('workers').filter((path) => importer.test(path))).not.toEqual([]);
    for (const bundle of ['host', 'cli'] as const)
      expect(inputs(bundle).filter((path) => importer.test(path))).toEqual([]);
  });

  it('keep VS Code out of the command line', () => {
    expect(externals('cli')).not.toContain('vscode');
    expect(
      externals('cli').filter(
        (name) => !builtinModules.includes(name) && ![...libraries, ...packages, ...programs].includes(name),
      ),
    ).toEqual([]);
  });

  it('start the command line from one file and load each command from its own', () => {
    const imports = (output: string): string[] =>
      bundles.cli.outputs[output]!.imports.map((imported) => imported.path.replace(/^node:/, ''));
    expect(
      imports('dist/cli.js')
        .filter((path) => programs.includes(path))
        .sort(),
    ).toEqual(programs);
    expect(Object.keys(bundles.cli.outputs['dist/cli.js']!.inputs).join(' ')).not.toMatch(
      /commander|ws\/lib|engine/,
    );
    const carried = Object.keys(bundles.cli.outputs['dist/cliSession.js']!.inputs).join(' ');
    expect(carried).not.toMatch(
      /core\/request\/run|parseRequestFile|fast-xml-parser|json-p3|tinyglobby|src\/demo/,
    );
  });

  it('load the libraries of the host and the command line from separate files at first use', () => {
    for (const bundle of ['host', 'cli'] as const) {
      // Only `duplex run --watch` needs a watcher of its own; the extension has those of VS Code. Archives are
      // unpacked by the worker of imports.
      const unused = bundle === 'cli' ? /fflate/ : /chokidar|fflate/;
      const used = libraries.filter((path) => !unused.test(path));
      expect(externals(bundle)).toEqual(expect.arrayContaining(used));
      expect(
        inputs(bundle).filter((path) =>
          /node_modules\/(ajv|chokidar|fflate|node-forge|protobufjs|@bufbuild|socks|tough-cookie|yaml)\//.test(
            path,
          ),
        ),
      ).toEqual([]);
    }
    expect(inputs('libraries')).toEqual(expect.arrayContaining(Object.values(OWN_LIBRARIES)));
    const others = inputs('libraries').filter((path) => /^src\/(?!core\/|shared\/)/.test(path));
    expect(others.sort()).toEqual([OWN_LIBRARIES.ajv, OWN_LIBRARIES['self-signed']].sort());
    const needed = externals('libraries').filter((name) => !builtinModules.includes(name));
    // The protocols take the packages of codecs from the files beside theirs.
    const shared = ['./cbor.js', './msgpack.js'];
    expect(needed.filter((name) => !native.includes(name) && !shared.includes(name))).toEqual([]);
  });

  it('give the host no dependencies but VS Code and Node', () => {
    const needed = externals('host').filter(
      (name) => !builtinModules.includes(name) && ![...libraries, ...packages].includes(name),
    );
    expect([...new Set(needed)]).toEqual(['vscode']);
  });

  it('keep deferred modules out of the host bundle', () => {
    const deferred = inputs('host').filter((path) => path.startsWith('deferred:'));
    const wanted = DEFERRED.map((path) => `deferred:${path}`);
    expect(deferred.map((path) => path.replace(/deferred:.*?(src\/)/, 'deferred:$1')).sort()).toEqual(
      wanted.sort(),
    );
    expect(externals('host')).toEqual(expect.arrayContaining(packages));
    expect(inputs('host').filter((path) => /node_modules\/(ws|json-p3)\//.test(path))).toEqual([]);
  });

  it('run less than 40 % of the host code at start', () => {
    const { inputs, outputs } = bundles.host;
    const { inputs: parts } = outputs['dist/extension.js']!;
    const started = new Set(['src/extension.ts']);
    for (const from of started)
      for (const { path, kind, external } of inputs[from]?.imports ?? [])
        if (kind === 'import-statement' && !external) started.add(path);
    const bytes = (paths: Iterable<string>): number =>
      [...paths].reduce((sum, path) => sum + (parts[path]?.bytesInOutput ?? 0), 0);
    expect(bytes(started) / bytes(Object.keys(parts))).toBeLessThan(0.4);
  });

  it('load no deferred module at start', () => {
    const bundle = fileURLToPath(new URL('../../dist/extension.js', import.meta.url));
    const script = `
      const Module = require('node:module');
      const load = Module._load;
      const inert = new Proxy(function () {}, { get: (_, key) => (key === 'then' ? undefined : inert), apply: () => inert, construct: () => inert });
      const loaded = [];
      Module._load = (name, ...rest) => name === 'vscode' ? inert : (loaded.push(name), load(name, ...rest));
      require(${JSON.stringify(bundle)});
      process.stdout.write(JSON.stringify(loaded));
    `;
    const loaded = JSON.parse(
      execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }),
    ) as string[];
    expect(loaded.filter((name) => name.startsWith('./libraries/'))).toEqual([]);
    // Modules of Node that only connections need.
    expect(loaded.filter((name) => /^(node:)?(https?|tls|zlib)$/.test(name))).toEqual([]);
  });

  it('read schemas without generating code', () => {
    const library = readFileSync(new URL('../../dist/libraries/protobuf.js', import.meta.url), 'utf8');
    expect(library).toContain('codegen.js is not part of this build.');
    expect(library).not.toMatch(/\beval\(|(?<![.\w]|function )Function\(|new Function\b|Function\.apply/);
  });

  it('hold the protocols and the codec packages in one file each', () => {
    const holders = (folder: string): string[] =>
      Object.values(bundles).flatMap(({ outputs }) =>
        Object.entries(outputs)
          .filter(([, output]) => Object.keys(output.inputs).some((path) => path.includes(folder)))
          .map(([path]) => path),
      );
    const holdersOfNode = holders('src/core/protocol/socketio/socketioDecoder.ts').filter(
      (path) => !path.includes('/webview/'),
    );
    expect(holdersOfNode).toEqual(['dist/libraries/protocols.js']);
    expect(holders('node_modules/cbor2/')).toEqual(['dist/libraries/cbor.js']);
    expect(holders('node_modules/@msgpack/')).toEqual(['dist/libraries/msgpack.js']);
  });

  it('contain ws for Node, not its browser stub', () => {
    expect(inputs('libraries').some((path) => path.endsWith('ws/lib/websocket.js'))).toBe(true);
    expect(inputs('libraries').some((path) => path.endsWith('ws/browser.js'))).toBe(false);
  });
});
