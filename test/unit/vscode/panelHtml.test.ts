import { expect, test } from 'vitest';
import { restoreErrorPage, panelHtml } from '../../../src/vscode/panel/panelHtml.ts';

const PAGE = panelHtml({
  cspSource: 'https://*.webview.test',
  nonce: 'n0n/ce+==',
  script: 'https://webview.test/panel.js',
  codicons: 'https://webview.test/codicon.css',
  language: 'en',
  title: 'host/<b>&amp;"',
});

function policyOf(page: string): string {
  return /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
}

test('the page loads nothing but our own script, styles and font', () => {
  expect(policyOf(PAGE).split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'nonce-n0n/ce+=='",
    "style-src https://*.webview.test 'nonce-n0n/ce+=='",
    'font-src https://*.webview.test',
    'img-src blob:',
  ]);
  expect(PAGE).not.toMatch(/unsafe-|style="|onload=/);
});

test('the page has what the webview looks for', () => {
  expect(PAGE).toContain('<duplex-panel></duplex-panel>');
  expect(PAGE).toContain('<title>host/&lt;b>&amp;amp;&quot;</title>');
  expect(PAGE).toContain(
    '<link id="vscode-codicon-stylesheet" rel="stylesheet" href="https://webview.test/codicon.css">',
  );
  expect(PAGE).toContain(
    '<script type="module" nonce="n0n/ce+==" src="https://webview.test/panel.js"></script>',
  );
});

test('the page of a lost session runs no script and shows hostile names as text', () => {
  const page = restoreErrorPage({
    nonce: 'abc',
    language: 'en',
    title: '<img src=x onerror=alert(1)>&"',
    text: '<script>1</script>',
    links: [{ label: '<b>', command: 'duplex.connect' }],
  });
  expect(policyOf(page)).toBe("default-src 'none'; style-src 'nonce-abc'");
  expect(page).not.toMatch(/<img|<script|<b>/);
  expect(page).toContain('<a href="command:duplex.connect">&lt;b></a>');
  expect(page).toContain('&lt;img src=x onerror=alert(1)>&amp;&quot;');
});

test('texts of another language are data in the page that cannot end their element', () => {
  const page = panelHtml({
    cspSource: '',
    nonce: 'n',
    script: '',
    codicons: '',
    language: 'zh-cn',
    title: '',
    texts: { Send: '</script><b>发送' },
  });
  const [, data] = /id="duplex-texts">(.*?)<\/script>/.exec(page) ?? [];
  expect(JSON.parse(data!)).toEqual({ Send: '</script><b>发送' });
  expect(PAGE).not.toContain('duplex-texts');
});
