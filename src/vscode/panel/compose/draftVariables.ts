import { randomBytes } from 'node:crypto';
import { environmentOf } from '../../../core/request/variables/environmentContext.ts';
import type { EnvironmentContext } from '../../../core/request/variables/environmentContext.ts';
import { createFetchedPort, fetchOutside } from '../../../core/request/variables/outsideValues.ts';
import type { OutsidePorts } from '../../../core/request/variables/outsideValues.ts';
import { createFileScope } from '../../../core/request/variables/scope.ts';
import type { Scope } from '../../../core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../core/request/variables/value.ts';
import type { ValuePorts } from '../../../core/request/variables/value.ts';
import { knownVariables } from '../../../core/request/service/knownVariables.ts';
import { scanText } from '../../../core/request/syntax/template.ts';
import { DuplexError } from '../../../shared/errors.ts';
import type { PanelVariable } from '../../../shared/panelProtocol.ts';

/** The variables of texts outside request files. */
export interface DraftVariables {
  /** Names with their values; a secret has none. Dynamic variables come last. */
  list(): Promise<PanelVariable[]>;
  /**
   * Fills in the values. `\{{` stands for the braces themselves.
   * @returns the text, and the secrets in it
   * @throws DuplexError `call.invalid` that names the first reference without a value and the remedy
   */
  fill(
    text: string,
    how?: FillOptions,
  ): Promise<{ readonly text: string; readonly secrets: readonly string[] }>;
}

export interface FillOptions {
  /** A further remedy for a reference without a value, as the end of a sentence. */
  readonly remedy?: string;
  /** Does not ask the user: placeholders replace secrets and answers. */
  readonly isTrial?: boolean;
}

/** The placeholder of a secret or an answer in a trial. */
const ASKED_LATER = 'asked-for-later';

const MAX_NAME_SHOWN = 40;

const START = { line: 0, character: 0 };

/** The text that the completion shows beside each dynamic variable. */
const DYNAMIC: readonly PanelVariable[] = [
  { name: '$uuid', detail: 'a random UUID' },
  { name: '$timestamp', detail: 'seconds since 1970' },
  { name: '$isoTimestamp', detail: 'the time in ISO 8601' },
  { name: '$randomInt', detail: 'a number from 0 to 999' },
  { name: '$secret NAME', detail: 'from the secret storage' },
  { name: '$env NAME', detail: 'from the process' },
  { name: '$dotenv NAME', detail: 'from .env' },
  { name: '$prompt TEXT', detail: 'asked for when it is sent' },
];

/** @param context returns the current environments of the workspace */
export function createDraftVariables(
  context: () => Promise<EnvironmentContext>,
  outside: OutsidePorts,
): DraftVariables {
  const scopeIn = (around: EnvironmentContext, ports: ValuePorts): Scope =>
    createFileScope([], ports, new Map(), {
      environment: environmentOf(around, around.environment),
      overrides: around.overrides,
    });
  return {
    async list() {
      const scope = scopeIn(await context(), SAMPLE_PORTS);
      const known = knownVariables(scope, START);
      return [...known.map(({ name, value, origin }) => ({ name, detail: value ?? origin })), ...DYNAMIC];
    },
    async fill(
      text,
      { remedy = ', or choose "Do Not Fill in Variables" beside Send', isTrial = false } = {},
    ) {
      const { parts, problems } = scanText(text);
      if (problems.length > 0) throw new DuplexError('call.invalid', problems[0]!.message);
      const template = { parts, range: { start: START, end: START } };
      if (parts.every((part) => typeof part === 'string')) return { text: parts.join(''), secrets: [] };
      const around = await context();
      const made = { now: Date.now, randomBytes };
      const values = await fetchOutside(
        [template],
        (port) => scopeIn(around, { ...made, ...(port && { outside: port }) }),
        around,
        isTrial ? { ...outside, secret: async () => ASKED_LATER, prompt: async () => ASKED_LATER } : outside,
      );
      const scope = scopeIn(around, { ...made, outside: createFetchedPort(values) });
      const resolved = scope.resolve(template);
      if ('text' in resolved) return { text: resolved.text, secrets: [...scope.secrets] };
      const [first] = resolved.problems;
      const unknown = parts.find(
        (part) =>
          typeof part !== 'string' &&
          !part.name.text.startsWith('$') &&
          !scope.names().includes(part.name.text),
      );
      if (first?.code === 'variable.unknown' && unknown !== undefined && typeof unknown !== 'string')
        throw new DuplexError(
          'call.invalid',
          `{{${unknown.name.text.slice(0, MAX_NAME_SHOWN)}}} has no value: add it to an environment in http-client.env.json${remedy}.`,
        );
      throw new DuplexError(
        'call.invalid',
        first?.message ?? 'A variable has no value yet: send the text as is.',
      );
    },
  };
}
