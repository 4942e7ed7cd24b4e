import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GLYPHS } from '../../../src/webview/base/icons.ts';

it('has the glyphs of the codicons that are shipped', () => {
  const css = readFileSync('node_modules/@vscode/codicons/dist/codicon.css', 'utf8');
  for (const [name, glyph] of Object.entries(GLYPHS)) {
    expect(css, name).toContain(`.codicon-${name}:before { content: "\\${glyph.toString(16)}" }`);
  }
});
