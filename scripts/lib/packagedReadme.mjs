// @ts-check
/** A link to a file of this repository: `[text](path)`, but not an image, a web page or a heading. */
const RELATIVE_LINK = /(?<!!)\[([^\]]*)\]\((?![a-z][a-z+.-]*:|#)([^)#\s]+)(?:#[^)\s]*)?\)/gi;

/** The section for readers of the sources, up to the next rule or the last paragraph. */
const DEVELOP = /^## Develop\n[^]*?(?=^MIT licensed\.)/m;

/**
 * The README for the extension's page. VS Code opens only web links there, so links to files become text that names the
 * file, and the section for readers of the sources is removed.
 * @param {string} readme @returns {string}
 */
export function packagedReadme(readme) {
  return readme
    .replace(DEVELOP, '')
    .replace(RELATIVE_LINK, (_, text, path) => (text === path ? `\`${path}\`` : `${text} (\`${path}\`)`));
}
