import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import type { Reference } from '../syntax/template.ts';
import { formattedTime, timestamp } from './timeValues.ts';
import { randomFloat, randomInteger, randomText, uuid } from './randomValues.ts';
import { problem, type OutsideSource, type Value, type ValuePorts } from './value.ts';

/** A variable whose value is created at each use: `{{$name argument}}`. */
export interface DynamicVariable {
  /** Its meaning, as Markdown. */
  readonly about: string;
  /** The text to complete for the name, if it takes an argument. */
  readonly sample?: string;
  /** @param argument without the blanks around it; '' if there is none */
  readonly make: (ports: ValuePorts, argument: string) => Value;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** A variable without an argument. `()` after its name, as in scripts of JetBrains, is ignored. */
const plain = (
  name: string,
  about: string,
  text: (ports: ValuePorts) => string,
): [string, DynamicVariable] => [
  name,
  {
    about,
    make: (ports, argument) =>
      argument === '' || /^\(\s*\)$/.test(argument)
        ? { text: text(ports) }
        : problem(
            'variable.expression',
            `{{${name}}} takes no value: write it without ${excerpt(argument)}.`,
          ),
  },
];

const outside = (
  name: string,
  source: OutsideSource,
  example: string,
  about: string,
): [string, DynamicVariable] => [
  name,
  {
    about,
    sample: `${name} ${example}`,
    make: (ports, argument) =>
      argument === '' || (source === 'pick' && !/\$value:\s*\S/.test(argument))
        ? problem('variable.expression', `{{${name}}} does not say which: write {{${name} ${example}}}.`)
        : fromOutside(ports, name, source, argument),
  },
];

function fromOutside(
  { outside: port }: ValuePorts,
  name: string,
  source: OutsideSource,
  argument: string,
): Value {
  if (port) return port(source, argument);
  return problem(
    'variable.unsupported',
    `{{${name}}} has no value here: use a variable of the file, written @name = value.`,
  );
}

const text = (name: string, alphabet: string, about: string): [string, DynamicVariable] => [
  name,
  { about, sample: `${name}(8)`, make: (ports, argument) => randomText(ports, name, alphabet, argument) },
];

const refused = (name: string, why: string): [string, DynamicVariable] => [
  name,
  { about: '', make: () => problem('variable.unsupported', `{{${name}}} has no value here: ${why}`) },
];

const ask = (name: string, about: string): [string, DynamicVariable][] => {
  const [, variable] = outside(name, 'input', 'User name', about);
  return [
    [name, variable],
    [`${name}-askonce`, { ...variable, about: `${about} As \`${name}\`: each is asked once a run.` }],
  ];
};

/** The variables of JetBrains, REST Client and httpYac, each in its own spelling, and ours. */
const DYNAMIC_VARIABLES: ReadonlyMap<string, DynamicVariable> = new Map<string, DynamicVariable>([
  plain('$uuid', 'A random UUID (version 4).', uuid),
  plain('$guid', 'A random UUID (version 4), as `$uuid`.', uuid),
  plain('$random.uuid', 'A random UUID (version 4), as `$uuid`.', uuid),
  [
    '$timestamp',
    {
      about: 'Seconds since 1970, UTC; `{{$timestamp -1 d}}` is a day ago. Units: `y Q M w d h m s ms`.',
      make: timestamp,
    },
  ],
  plain('$isoTimestamp', 'The time as ISO 8601, UTC, with milliseconds.', ({ now }) =>
    new Date(now()).toISOString(),
  ),
  [
    '$datetime',
    {
      about:
        'The time in UTC: `{{$datetime iso8601}}`, `{{$datetime rfc1123 -1 h}}`, `{{$datetime "YYYY-MM-DD" 2 d}}` (formats of Day.js).',
      sample: '$datetime iso8601',
      make: (ports, argument) => formattedTime(ports, '$datetime', argument, 'utc'),
    },
  ],
  [
    '$localDatetime',
    {
      about: 'The time in the time zone of this machine, as `$datetime`.',
      sample: '$localDatetime iso8601',
      make: (ports, argument) => formattedTime(ports, '$localDatetime', argument, 'local'),
    },
  ],
  [
    '$randomInt',
    {
      about: 'A whole number: `{{$randomInt 1 100}}` is from 1 to 99, `{{$randomInt}}` from 0 to 999.',
      sample: '$randomInt 1 100',
      make: (ports, argument) => randomInteger(ports, '$randomInt', argument),
    },
  ],
  [
    '$random.integer',
    {
      about: 'A whole number: `{{$random.integer(1, 100)}}` is from 1 to 99, without limits from 0 to 999.',
      sample: '$random.integer(1, 100)',
      make: (ports, argument) => randomInteger(ports, '$random.integer', argument),
    },
  ],
  [
    '$random.float',
    {
      about:
        'A number: `{{$random.float(1.5, 3)}}` is from 1.5 to below 3, without limits from 0 to below 1000.',
      sample: '$random.float(0, 1)',
      make: randomFloat,
    },
  ],
  text('$random.alphabetic', LETTERS, 'So many random letters of A to Z and a to z.'),
  text('$random.alphanumeric', `${LETTERS}${DIGITS}_`, 'So many random letters, digits and underscores.'),
  text('$random.hexadecimal', `${DIGITS}abcdef`, 'So many random hexadecimal digits.'),
  plain('$random.email', 'A random address at example.com, which belongs to nobody.', (ports) => {
    const name = randomText(ports, '$random.email', LETTERS.slice(26), '(10)');
    return `${'text' in name ? name.text : ''}@example.com`;
  }),
  [
    '$projectRoot',
    {
      about: 'The workspace folder of the file; on the command line the working directory.',
      make: (ports, argument) =>
        argument === ''
          ? fromOutside(ports, '$projectRoot', 'projectRoot', '')
          : problem(
              'variable.expression',
              '{{$projectRoot}} takes no value: write what follows behind its braces.',
            ),
    },
  ],
  outside(
    '$env',
    'env',
    'NAME',
    'A variable of the environment that the editor or the command line runs in: `{{$env HOME}}`.',
  ),
  outside('$processEnv', 'env', 'NAME', 'A variable of the environment, as `$env`.'),
  outside('$dotenv', 'dotenv', 'NAME', 'A value from the nearest `.env` file: `{{$dotenv API_HOST}}`.'),
  outside(
    '$secret',
    'secret',
    'NAME',
    'A secret that is kept outside the file: `{{$secret apiToken}}`. It is masked in what is shown and recorded.',
  ),
  outside(
    '$command',
    'command',
    'program argument',
    'What a program prints, as a login token: `{{$command gcloud auth print-access-token}}`. It runs without a shell, in a trusted workspace, after you allowed it; `duplex run` needs `--allow-commands`. The output is masked.',
  ),
  outside('$prompt', 'prompt', 'Your name', 'Asked of you when the request is run: `{{$prompt User name}}`.'),
  ...ask(
    '$input',
    'Asked of you when the request is run: `{{$input User name $value: anna}}`, with what is proposed.',
  ),
  outside(
    '$password',
    'password',
    'Password',
    'Asked of you, not shown while you type it, and masked: `{{$password PIN}}`.',
  ),
  outside(
    '$pick',
    'pick',
    'Colour $value: red, green',
    'Chosen by you from a list: `{{$pick Colour $value: red, green}}`.',
  ),
  outside('$pick-askonce', 'pick', 'Colour $value: red, green', 'Chosen by you from a list, as `$pick`.'),
  refused(
    '$exampleServer',
    'it is a server inside the JetBrains IDE; “Start Demo Server” starts one of ours.',
  ),
  refused('$historyFolder', 'responses are kept in recordings, not in files of a folder.'),
  refused(
    '$aadToken',
    'sign in with another tool and pass the token with {{$secret NAME}} or {{$env NAME}}.',
  ),
  refused(
    '$aadV2Token',
    'sign in with another tool and pass the token with {{$secret NAME}} or {{$env NAME}}.',
  ),
  refused(
    '$auth.token',
    'sign in with another tool and pass the token with {{$secret NAME}} or {{$env NAME}}.',
  ),
]);

/** The names that can be written, with their meanings. */
export const DYNAMIC_VARIABLE_DOCS: ReadonlyMap<string, string> = new Map(
  [...DYNAMIC_VARIABLES].flatMap(([name, { about }]) => (about === '' ? [] : [[name, about] as const])),
);

/** The JetBrains form of `{{$env NAME}}`. */
const DOTTED_ENV = '$env.';

/** The value of `{{$name argument}}`. */
export function dynamicValue(reference: Reference, ports: ValuePorts): Value {
  const name = reference.name.text;
  const argument = reference.argument?.text ?? '';
  if (name.startsWith(DOTTED_ENV) && argument === '')
    return DYNAMIC_VARIABLES.get('$env')!.make(ports, name.slice(DOTTED_ENV.length));
  const variable = DYNAMIC_VARIABLES.get(name);
  if (variable) return variable.make(ports, argument);
  const names = [...DYNAMIC_VARIABLE_DOCS.keys()];
  const meant = nearest(name, names);
  const remedy = meant === undefined ? `use one of ${names.join(', ')}.` : `did you mean ${meant}?`;
  return problem('variable.unknown', `There is no dynamic variable ${excerpt(name)}: ${remedy}`);
}
