import { OPTION_ENTRIES } from '../../session/options/optionTable.ts';
import type { OptionSpec } from '../../session/options/optionSpec.ts';
import { writeOption } from '../../session/options/optionText.ts';
import type { DirectiveDoc } from './directiveDocs.ts';

/** Directives that set connection options, described from the table of options. Headers are not included. */
export const OPTION_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map(
  OPTION_ENTRIES.filter(([, { kind }]) => kind !== 'headers').map(([, spec]) => [spec.name, docOf(spec)]),
);

function docOf(spec: OptionSpec): DirectiveDoc {
  const isFlag = spec.kind === 'flag' || spec.kind === 'negatedFlag';
  const [fallback] = isFlag ? [] : writeOption(spec, spec.fallback);
  const values = spec.choices?.flatMap((choice) => writeOption(spec, choice));
  return {
    usage: isFlag ? `@${spec.name}` : `@${spec.name} ${spec.sample ?? ''}`.trimEnd(),
    text:
      fallback === undefined
        ? spec.about
        : `${spec.about} Default: ${fallback === '0' ? (spec.zero ?? fallback) : fallback}.`,
    ...(values && { values: new Map(values.map((value) => [value, ''])) }),
  };
}
