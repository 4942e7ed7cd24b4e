import { withoutSecrets } from '../../protocol/json/secretTexts.ts';
import { MASK, maskUrlsIn } from '../../session/secrets/mask.ts';
import { judgeDirective } from '../plan/directives.ts';
import { rangeInLine, type Range } from '../syntax/range.ts';
import type { Template } from '../syntax/template.ts';
import type { Step } from '../syntax/tree.ts';

const MAX_SHOWN = 60;

/** The label of a step without `@label`: what it does, as written, so that no value of a variable shows. */
export function stepLabel({ separator, directives, payload }: Step): string {
  const argumentOf = (name: string): string | undefined => {
    const directive = directives.find((each) => each.name.text === name);
    return directive && ` ${directive.argument ? written(directive.argument) : ''}`.trimEnd();
  };
  const parts: string[] = [];
  const reply = argumentOf('reply') === undefined ? '' : ' reply';
  if (separator?.wait) parts.push(`wait${reply}${argumentOf('where') ?? ''}`);
  const [ping, close] = [argumentOf('ping'), argumentOf('close')];
  const verb = directives.find(({ name }) => judgeDirective(name.text).kind === 'otherVerb');
  if (verb) parts.push(`${verb.name.text}${argumentOf(verb.name.text) ?? ''}`);
  else if (argumentOf('echo') !== undefined) parts.push('echo');
  else if (ping !== undefined) parts.push(`ping${ping}`);
  else if (close !== undefined) parts.push(`close${close}`);
  else if (payload) parts.push(`send ${written(payload.kind === 'file' ? payload.path : payload.text)}`);
  return parts.join(', ') || 'nothing';
}

/** The line to show a step's result at. */
export function stepLine({ range, separator, directives, payload }: Step): Range {
  const { line } = range.start;
  const first = [separator, directives[0], payload].find((node) => node?.range.start.line === line);
  return first && first.range.end.line === line
    ? first.range
    : rangeInLine(line, range.start.character, range.start.character);
}

function written({ parts }: Template): string {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part.slice(0, MAX_SHOWN) : `{{${part.name.text}}}`;
    if (text.length > MAX_SHOWN) break;
  }
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  // A reference is a name, not a secret.
  const shown = withoutSecrets(maskUrlsIn(line), MASK, (value) => value.includes('{{'));
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
