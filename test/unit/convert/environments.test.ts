import { describe, expect, it } from 'vitest';
import { imported, importedFrom, sourceOf } from './importing.ts';

const SETTINGS = `{
  // Comments are allowed here.
  "editor.tabSize": 2,
  "rest-client.environmentVariables": {
    "$shared": { "version": "v1", "apiKey": "canary-shared-key" },
    "local": { "host": "localhost:8080", "url": "ws://{{host}}/{{$shared version}}", "limit": 1.0, "on": true },
    "production": { "host": "api.example.test", "my name": "x", "password": "canary-password", },
  },
}`;

async function environments(files: Record<string, string>, isFolder = true) {
  const result = await imported(await sourceOf(files, isFolder));
  return { ...result, all: JSON.parse(result.files['http-client.env.json']!) as Record<string, object> };
}

describe('environments of REST Client', () => {
  it('come from the settings of VS Code, comments and all, without their secrets', async () => {
    const { all, files, id, secrets } = await environments({ '.vscode/settings.json': SETTINGS });
    expect(id).toBe('environments');
    expect(all).toEqual({
      $shared: { version: 'v1', apiKey: '{{$secret _shared_apikey}}' },
      local: { host: 'localhost:8080', url: 'ws://{{host}}/{{version}}', limit: '1.0', on: 'true' },
      production: { host: 'api.example.test', my_name: 'x', password: '{{$secret production_password}}' },
    });
    expect(files['http-client.env.json']).not.toContain('canary');
    expect([...secrets.values()]).toEqual(['canary-shared-key', 'canary-password']);
  });

  it('come from a single file, and from a workspace file', async () => {
    const { all } = await environments({ 'settings.json': SETTINGS }, false);
    expect(Object.keys(all)).toEqual(['$shared', 'local', 'production']);
    const workspace = `{"folders": [], "settings": ${SETTINGS}}`;
    expect((await environments({ 'my.code-workspace': workspace }, false)).all).toEqual(all);
  });

  it('are not found in settings without them', async () => {
    const result = importedFrom(await sourceOf({ 'settings.json': '{"editor.tabSize": 2}' }, false));
    expect(result).toMatchObject({ problem: expect.stringContaining('This is not a format') as string });
    expect(importedFrom(await sourceOf({ 'settings.json': '{}' }, false), 'environments')).toEqual({
      problem: 'It holds no environments: choose settings.json of VS Code, .httpyac.json or a .env file.',
    });
  });

  it('report the place of an error in the file', async () => {
    const broken = SETTINGS.replace('"local": {', '"local": ');
    const result = importedFrom(await sourceOf({ 'settings.json': broken }, false), 'environments');
    expect('problem' in result && result.problem).toMatch(/^settings\.json, line \d+: .*\.$/);
    expect('problem' in result && result.problem).not.toContain('canary');
  });
});

describe('environments of httpYac', () => {
  it('come from .httpyac.json and from files below env/', async () => {
    const { all, left } = await environments({
      '.httpyac.json':
        '{"log": {}, "environments": {"$shared": {"a": "1"}, "$default": {"b": "2"}, "dev": {"c": "3"}}}',
      'env/dev.env': '# comment\nHOST=localhost:8080\nQUOTED="two words"\nAPI_TOKEN=canary-token\n',
      'env/.env': 'EVERYWHERE=yes\n',
      'env/.env.prod': 'HOST=api.example.test\n',
    });
    expect(all).toEqual({
      $shared: { a: '1', EVERYWHERE: 'yes' },
      dev: { c: '3', HOST: 'localhost:8080', QUOTED: 'two words', API_TOKEN: '{{$secret dev_api_token}}' },
      prod: { HOST: 'api.example.test' },
    });
    expect(left).toContain('$default is left out: what holds without an environment is $shared here.');
  });

  it('come from one .env file', async () => {
    const { all } = await environments({ 'dev.env': 'HOST=h\n' }, false);
    expect(all).toEqual({ dev: { HOST: 'h' } });
  });
});

describe('hostile environments', () => {
  it('change no object, and have names that can be written', async () => {
    const { all } = await environments({
      'settings.json':
        '{"rest-client.environmentVariables": {"__proto__": {"a": "1"}, "x": {"__proto__": "2", "a}}{{b": "3"}}}',
      'env/__proto__.env': '__proto__=4\nOK=5\n',
    });
    expect(({} as { a?: string }).a).toBeUndefined();
    expect(all.x).toMatchObject({ a_b: '3' });
  });

  it('are nested no deeper than can be read', async () => {
    const deep = `{"rest-client.environmentVariables": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    const result = importedFrom(await sourceOf({ 'settings.json': deep }, false), 'environments');
    expect('problem' in result && result.problem).toMatch(/^settings\.json, line 1: .*\.$/);
  });
});
