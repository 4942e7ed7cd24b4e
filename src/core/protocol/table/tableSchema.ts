import { UNIT_TYPES } from '../../../shared/units.ts';

// The JSON Schema of protocolTable.ts, for the setting `duplex.protocols` and `*.protocol.json`. It uses only keywords
// that draft-07 and 2020-12 share.

const path = {
  type: 'string',
  pattern: '^\\$(\\.[A-Za-z_][A-Za-z0-9_]*|\\[[0-9]+\\]|\\[\'[^\']*\'\\]|\\["[^"]*"\\])*$',
  description: 'A JSONPath that selects one value, as in $.params.id or $[2].',
};
const source = {
  description: 'A path, a fixed text, or a list of them of which the first that is there counts.',
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
};
const paths = { anyOf: [path, { type: 'array', items: path, minItems: 1 }] };
const scalar = { type: ['string', 'number', 'boolean', 'null'] };
const condition = {
  type: 'object',
  description: 'Tests by path. All of them must hold.',
  propertyNames: path,
  additionalProperties: {
    anyOf: [
      scalar,
      { type: 'array', items: scalar },
      object({ exists: { type: 'boolean' } }, ['exists']),
      object({ startsWith: { type: 'string' } }, ['startsWith']),
      object({ is: { enum: ['string', 'number', 'boolean', 'null', 'array', 'object', 'empty'] } }, ['is']),
    ],
  },
};
const template = {
  description:
    'JSON with holes: "<id>", "<body>", "<argument NAME>", "<reply-to>", "<last NAME>", "<$.path>".',
};
const text = { type: 'string' };
const role = { enum: ['client', 'server'] };

const rule = object(
  {
    when: condition,
    from: role,
    type: { enum: [...UNIT_TYPES] },
    name: source,
    label: source,
    id: path,
    replyTo: path,
    ref: path,
    stream: path,
    error: source,
    payload: paths,
    embedded: { type: 'boolean', description: 'The payload is a string that holds JSON.' },
    heartbeat: { type: 'boolean', description: 'Lists fold it.' },
    ends: { type: 'boolean', description: 'Ends its stream, although it does not unsubscribe.' },
  },
  ['type'],
);

const verb = object(
  {
    name: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    arguments: { type: 'array', items: { type: 'string', pattern: '^[a-z][a-z0-9-]*(\\?(=.*)?)?$' } },
    body: { enum: ['any', 'object', 'array', 'container', 'none'] },
    bodyName: text,
    bodyRequired: { type: 'boolean' },
    defaultBody: text,
    role: { enum: ['client', 'server', 'both'] },
    answers: { type: 'boolean' },
    opens: { type: 'boolean' },
    about: text,
    sample: object({ line: text, body: text }, []),
    message: template,
    remembers: { type: 'object', additionalProperties: template },
    per: text,
    awaits: template,
  },
  ['name', 'about', 'message'],
);

/** The schema of one table. */
export const TABLE_SCHEMA = object(
  {
    $schema: text,
    id: {
      type: 'string',
      pattern: '^[a-z][a-z0-9-]*$',
      maxLength: 40,
      description: 'As the option protocol names it: lower case letters, digits and -.',
    },
    title: { type: 'string', minLength: 1, maxLength: 80 },
    about: text,
    specification: text,
    detect: object(
      {
        subprotocols: { type: 'array', items: text },
        urls: { type: 'array', items: { type: 'string', minLength: 1 } },
        messages: { type: 'array', items: condition },
      },
      [],
    ),
    offer: {
      type: 'array',
      items: { type: 'string', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
      maxItems: 20,
    },
    envelopes: { enum: ['one', 'batch', 'lines'] },
    rules: { type: 'array', items: rule, minItems: 1, maxItems: 200 },
    verbs: { type: 'array', items: verb, maxItems: 50 },
    closeCodes: { type: 'object', propertyNames: { pattern: '^[34][0-9]{3}$' }, additionalProperties: text },
    ids: { enum: ['number', 'string', 'unique'] },
    opening: object(
      {
        by: { enum: ['server', 'client', 'verb'] },
        message: template,
        greeting: template,
        accepted: condition,
        refused: condition,
        reason: source,
        about: text,
      },
      ['by', 'accepted', 'about'],
    ),
    answers: {
      type: 'array',
      maxItems: 50,
      items: object(
        {
          text: { type: 'string', minLength: 1 },
          startsWith: { type: 'string', minLength: 1 },
          when: condition,
          role,
          message: template,
          about: text,
        },
        ['message', 'about'],
      ),
    },
    heartbeat: object(
      { every: { type: 'integer', minimum: 1000, maximum: 86_400_000 }, message: template, about: text },
      ['every', 'message', 'about'],
    ),
  },
  ['id', 'title', 'rules'],
);

function object(properties: Record<string, unknown>, required: readonly string[]): Record<string, unknown> {
  return { type: 'object', properties, required, additionalProperties: false };
}
