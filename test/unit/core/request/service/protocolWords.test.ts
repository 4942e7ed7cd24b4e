import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../../../src/core/protocol/builtInProtocols.ts';
import { findProtocol } from '../../../../../src/core/protocol/registry.ts';
import type { StepProtocol } from '../../../../../src/core/request/plan/stepVerb.ts';
import { completions } from '../../../../../src/core/request/service/completions.ts';
import { hover } from '../../../../../src/core/request/service/hover.ts';
import {
  nameWords,
  NOTHING_SEEN,
  seenUnits,
  stepProtocolAt,
  unitSubjects,
  verbDocs,
  type SeenUnits,
} from '../../../../../src/core/request/service/protocolWords.ts';
import { quickFixes } from '../../../../../src/core/request/service/quickFixes.ts';
import { NAME_ALIASES } from '../../../../../src/core/request/syntax/conditionTree.ts';
import { createCheckingScopes } from '../../../../../src/core/request/variables/checkingScopes.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../../../../src/core/request/variables/environmentContext.ts';
import { marked, textAt, type Marked } from './support.ts';

const WAIT = '=== wait-for-server';

function stepProtocolIn({ file, at }: Marked): StepProtocol | undefined {
  const scopes = createCheckingScopes(file.variables, NO_ENVIRONMENT_CONTEXT);
  const request = file.requests.find(({ range }) => range.end.line >= at.line);
  return request && stepProtocolAt(file, at.line, scopes.of(request).scope);
}

/** A request of a protocol; undefined: it names none. */
function source(protocol: string | undefined, steps: readonly string[]): Marked {
  return marked([...(protocol === undefined ? [] : [`# @protocol ${protocol}`]), 'ws://a', '', ...steps]);
}

function proposed(protocol: string | undefined, steps: readonly string[], units: SeenUnits = NOTHING_SEEN) {
  const place = source(protocol, steps);
  const items = completions(place.file, place.lineAt, place.at, {
    options: new Map(),
    dynamicVariables: new Map(),
    variables: () => [],
    environments: () => [],
    secrets: () => [],
    paths: () => [],
    stepProtocol: () => stepProtocolIn(place),
    units: () => units,
  });
  return items.map((item) => ({ ...item, replaced: textAt(place, item.range) }));
}

const labels = (...given: Parameters<typeof proposed>) => proposed(...given).map(({ label }) => label);

const SEEN: SeenUnits = {
  names: [
    { name: 'chat message', type: 'event' },
    { name: 'add', type: 'call' },
  ],
  payloads: [{ path: 'payload.items[*].id', example: '7' }],
};

describe('completion in a step', () => {
  it('proposes the verbs of the named protocol, and of no other', () => {
    const verbs = labels('socket.io', ['# @¦']);
    expect(verbs.slice(0, 4)).toEqual(['connect', 'emit', 'ack', 'disconnect']);
    expect(verbs).toContain('reply');
    expect(verbs).not.toContain('call');
    expect(labels('json-rpc', ['# @¦']).slice(0, 4)).toEqual(['call', 'notify', 'respond', 'respond-error']);
  });

  it('proposes no verbs without a named protocol', () => {
    const words = labels(undefined, ['# @¦']);
    expect(words).not.toContain('reply');
    expect(words).not.toContain('emit');
    expect(words).toContain('where');
    expect(labels(undefined, [WAIT, '# @where ¦'])).not.toContain('type');
    expect(labels(undefined, [WAIT, '# @where ¦'])).toContain('payload');
    expect(labels('auto', ['# @¦'])).not.toContain('reply');
  });

  it('uses the value of a variable', () => {
    const place = marked(['@spoken = ocpp', '# @protocol {{spoken}}', 'ws://a', '', '# @¦']);
    expect(stepProtocolIn(place)?.protocol.id).toBe('ocpp');
    expect(stepProtocolIn(marked(['# @protocol {{$env P}}', 'ws://a', '', '# @¦']))).toBeUndefined();
  });

  it('continues after a verb with arguments, and only after such a verb', () => {
    const verbs = proposed('socket.io', ['# @¦']);
    const emit = verbs.find(({ label }) => label === 'emit')!;
    expect(emit).toMatchObject({ insert: 'emit ', continues: true, detail: '@emit chat message' });
    expect(emit.documentation).toContain('[Socket.IO](https://socket.io/docs/v4/socket-io-protocol/)');
    expect(verbs.find(({ label }) => label === 'ack')?.insert).toBeUndefined();
  });

  it('proposes recorded names after a verb', () => {
    expect(proposed('socket.io', ['# @emit chat m¦'], SEEN)).toEqual([
      {
        label: 'chat message',
        kind: 'value',
        detail: 'event',
        range: expect.anything() as never,
        replaced: 'chat m',
      },
      { label: 'add', kind: 'value', detail: 'call', range: expect.anything() as never, replaced: 'chat m' },
    ]);
    const second = proposed('phoenix', ['# @push room:1 cha¦'], SEEN);
    expect(second.map(({ replaced }) => replaced)).toEqual(['cha', 'cha']);
    expect(labels('socket.io', ['# @ack ¦'], SEEN)).toEqual([]);
  });

  it('proposes the subjects of units first, as the protocol calls them', () => {
    const subjects = labels('socket.io', [WAIT, '# @where ¦'], SEEN);
    expect(subjects.slice(0, 6)).toEqual(['type', 'name', 'event', 'id', 'error', 'payload.items[*].id']);
    expect(subjects).not.toContain('method');
    expect(labels('ocpp', [WAIT, '# @capture x = ¦'])).toEqual(expect.arrayContaining(['action', 'payload']));
  });

  it('proposes the values of type and name', () => {
    expect(labels('json-rpc', [WAIT, '# @where type == ¦'])).toEqual([
      '"call"',
      '"reply"',
      '"error"',
      '"event"',
      '"subscribe"',
      '"unsubscribe"',
      '"control"',
    ]);
    expect(labels('json-rpc', [WAIT, '# @where method not == a¦'], SEEN)).toEqual([
      '"chat message"',
      '"add"',
    ]);
    expect(labels('json-rpc', [WAIT, '# @where event == ¦'], SEEN)).toEqual([]);
    expect(labels('json-rpc', [WAIT, '# @where type ¦'])).toContain('==');
  });
});

describe('hover', () => {
  const told = (protocol: string | undefined, steps: readonly string[]) => {
    const place = source(protocol, steps);
    return hover(place.file, place.at, {
      options: new Map(),
      dynamicVariables: new Map(),
      variable: () => undefined,
      stepProtocol: () => stepProtocolIn(place),
    })?.text;
  };

  it('explains a verb, with an example step', () => {
    expect(told('ocpp', ['# @ca¦ll Heartbeat'])).toMatch(
      /^`@call BootNotification`\n\nSends a CALL with a new id[^]*```\n# @call BootNotification\n\{/,
    );
    expect(told('socket.io', ['# @disc¦onnect'])).toContain('It has no payload.');
    expect(told('json-rpc', ['# @em¦it x'])).toBeUndefined();
  });

  it('explains a subject', () => {
    expect(told('ocpp', [WAIT, '# @where act¦ion == "Heartbeat"'])).toBe(
      'The name of the unit, as OCPP-J calls it.',
    );
    expect(told('ocpp', [WAIT, '# @capture a = i¦d'])).toContain('The id of a call');
    expect(told(undefined, [WAIT, '# @expect pay¦load.a == 1'])).toContain('The JSON of the message');
    expect(told(undefined, [WAIT, '# @expect si¦ze == 1'])).toBe('Its bytes.');
    expect(told('ocpp', [WAIT, '# @expect $.a¦ == 1'])).toContain('A condition');
  });
});

describe('quick fixes', () => {
  const fixes = (protocol: string | undefined, steps: readonly string[]) => {
    const place = source(protocol, steps);
    const problem = place.file.diagnostics.find(({ code }) => /\.unknown$/.test(code));
    const line = problem!.range.start.line;
    const found = quickFixes(
      place.file,
      place.lineAt,
      problem!,
      [],
      stepProtocolIn({ ...place, at: { line, character: 0 } }),
    );
    return found.map(({ title, text }) => [title, text]);
  };

  it('name the protocol of a verb above the target', () => {
    expect(fixes(undefined, ['# @emit say', '["x"]'])).toEqual([
      ['Name the protocol: # @protocol socket.io', '# @protocol socket.io\n'],
      ['Name the protocol: # @protocol socket.io-msgpack', '# @protocol socket.io-msgpack\n'],
      ['Remove the line', ''],
    ]);
  });

  it('correct a misspelled verb, and remove one of another protocol', () => {
    expect(fixes('json-rpc', ['# @notifi tick'])[0]).toEqual(['Write @notify', 'notify']);
    expect(fixes('json-rpc', ['# @emit tick'])).toEqual([['Remove the line', '']]);
  });
});

describe('every protocol', () => {
  it.each(PROTOCOLS.map((protocol) => [protocol.id, protocol] as const))(
    '%s has its words',
    (_, protocol) => {
      const stepProtocol: StepProtocol = { protocol, role: 'client' };
      for (const [name, { usage, text }] of verbDocs(stepProtocol)) {
        expect(usage.startsWith(`@${name}`)).toBe(true);
        expect(text).toContain(protocol.title);
      }
      for (const word of nameWords(stepProtocol)) expect(NAME_ALIASES).toContain(word);
      expect([...unitSubjects(stepProtocol).keys()]).toEqual(
        expect.arrayContaining(['type', 'name', 'id', 'error']),
      );
    },
  );

  it.each([
    ['socket.io', ['event']],
    ['graphql-transport-ws', ['operation']],
    ['json-rpc', ['method']],
    ['ocpp', ['action']],
    ['phoenix', ['event', 'topic']],
    ['home-assistant', []],
  ])('%s calls the name %j', (id, words) => {
    expect(nameWords({ protocol: findProtocol(id)!, role: 'client' })).toEqual(words);
  });
});

describe('the content of the last recording', () => {
  const decode = (id: string, messages: readonly string[]) => {
    const decoder = findProtocol(id)!.createDecoder({ url: 'ws://a', subprotocol: '' });
    return seenUnits(
      messages.flatMap(
        (text) =>
          decoder.decode({ kind: 'text', from: 'server', data: new TextEncoder().encode(text) }).units,
      ),
    );
  };

  it('has the names and the paths of payloads, without heartbeats and other control units', () => {
    expect(
      decode('socket.io', ['2', '42["chat",{"from":"a"}]', '42["chat",{"to":1}]', '40{"sid":"x"}']),
    ).toEqual({
      names: [{ name: 'chat', type: 'event' }],
      payloads: [
        { path: 'payload[*]', example: '1 members' },
        { path: 'payload[*].from', example: '"a"' },
        { path: 'payload[*].to', example: '1' },
      ],
    });
  });

  it('is bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `{"jsonrpc":"2.0","method":"m${i}"}`);
    const long = `{"jsonrpc":"2.0","method":"${'x'.repeat(5000)}"}`;
    const { names } = decode('json-rpc', [long, ...many]);
    expect(names).toHaveLength(200);
    expect(names[0]!.name).toBe('m0');
  });
});
