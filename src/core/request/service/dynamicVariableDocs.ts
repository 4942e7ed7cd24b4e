/** What the variables are that are made when they are used. */
export const DYNAMIC_VARIABLE_DOCS: ReadonlyMap<string, string> = new Map([
  ['$uuid', 'A random UUID (version 4).'],
  ['$guid', 'A random UUID (version 4), as `$uuid`.'],
  ['$timestamp', 'Seconds since 1970, UTC.'],
  ['$isoTimestamp', 'The time as ISO 8601, UTC, with milliseconds.'],
  ['$randomInt', 'A whole number: `{{$randomInt 1 100}}` is from 1 to 99, `{{$randomInt}}` from 0 to 999.'],
  ['$env', 'A variable of the environment that the editor or the command line runs in: `{{$env HOME}}`.'],
  ['$processEnv', 'A variable of the environment, as `$env`.'],
  ['$dotenv', 'A value from the nearest `.env` file: `{{$dotenv API_HOST}}`.'],
  [
    '$secret',
    'A secret that is kept outside the file: `{{$secret apiToken}}`. It is masked in what is shown and recorded.',
  ],
  ['$prompt', 'Asked of you when the request is run: `{{$prompt User name}}`.'],
]);
