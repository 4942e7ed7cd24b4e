import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The used part that playwright's Page and Frame share. */
interface Evaluates {
  evaluate<Result>(script: string): Promise<Result>;
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.1, levels A and AA. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/**
 * The findings of axe in a page, one line per finding. The page's policy admits no script, so the debugger injects
 * axe.
 */
export async function axeFindings(frame: Evaluates): Promise<string[]> {
  await frame.evaluate(`if (!globalThis.axe) { ${source} }; undefined`);
  return frame.evaluate<string[]>(`(async () => {
    const runOnly = { type: 'tag', values: ${JSON.stringify(TAGS)} };
    // Its label says a row of the timeline in one sentence: more than its cells show, and in another order.
    const rules = { 'label-content-name-mismatch': { enabled: false } };
    const { violations } = await axe.run(document, { runOnly, rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ': ' + node.target.flat().join(' ') + ': ' + node.failureSummary.replace(/\\s+/g, ' ')));
  })()`);
}
