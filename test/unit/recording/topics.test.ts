import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../../src/recording/units/conversation.ts';
import { NameTable } from '../../../src/recording/units/nameTable.ts';
import { levelsOf, MAX_TOPIC_LEVELS, MAX_TOPICS, Topics } from '../../../src/recording/units/topics.ts';
import { emptyUnit, OPENED, typeNumber } from '../../../src/recording/units/unitLayout.ts';
import type { TopicQuery } from '../../../src/shared/unitIndexProtocol.ts';

const SLASH = { separator: '/' };
const ALL_OPEN: TopicQuery = { closed: [] };

/** Topics of these messages; the row of each is its place. */
function topicsOf(...names: readonly string[]): Topics {
  const table = new NameTable();
  const topics = new Topics(table);
  names.forEach((name, row) => topics.add(table.number(name), row));
  return topics;
}

/** The nodes in view, a line each: as many blanks as levels, the label, the messages, the last row. */
function lines(topics: Topics, query = ALL_OPEN, form: Parameters<Topics['page']>[0] = SLASH): string[] {
  return topics
    .page(form, query, 0, 1000)
    .nodes.map(({ label, level, messages, last, isOpen }) =>
      [
        ' '.repeat(level - 1) + label,
        messages,
        ...(last ? [`#${last.row}`] : []),
        ...(isOpen === false ? ['closed'] : []),
      ].join(' '),
    );
}

describe('the topic levels', () => {
  it.each([
    ['home/kitchen/temperature', ['home', 'kitchen', 'temperature']],
    ['one', ['one']],
    ['/topic/chat', ['/topic', 'chat']],
    ['a//b', ['a', '/b']],
    ['a/', ['a', '']],
    ['/', ['/']],
    ['$SYS/broker/load', ['$SYS', 'broker', 'load']],
  ])('are found in %s', (topic, levels) => {
    expect(levelsOf(topic, '/')).toEqual(levels);
  });

  it('join to the same topic, and split the same way again', () => {
    const topic = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', 'é'), maxLength: 60 });
    fc.assert(
      fc.property(topic, (text) => {
        const levels = levelsOf(text, '/');
        expect(levels.join('/')).toBe(text);
        expect(levels.length).toBeLessThanOrEqual(MAX_TOPIC_LEVELS);
        levels.forEach((_, index) => {
          const path = levels.slice(0, index + 1).join('/');
          expect(levelsOf(path, '/')).toEqual(levels.slice(0, index + 1));
        });
      }),
    );
  });

  it('are limited, and the last one keeps the rest', () => {
    const levels = levelsOf('x/'.repeat(500), '/');
    expect(levels).toHaveLength(MAX_TOPIC_LEVELS);
    expect(levels.at(-1)).toBe('x/'.repeat(500 - MAX_TOPIC_LEVELS + 1));
  });
});

describe('the topic tree', () => {
  it('counts the messages of a topic and below it, and has the last row of each topic', () => {
    const topics = topicsOf(
      'home/kitchen',
      'home/kitchen',
      'home',
      'garden',
      'home/hall/lamp',
      'home/kitchen',
    );
    expect(lines(topics)).toEqual(['garden 1 #3', 'home 5 #2', ' hall 1', '  lamp 1 #4', ' kitchen 3 #5']);
    expect(topics.size(SLASH)).toBe(4);
  });

  it('orders numbers by value, and grows with new topics', () => {
    const table = new NameTable();
    const topics = new Topics(table);
    for (const name of ['s/10', 's/9']) topics.add(table.number(name), 0);
    expect(lines(topics)).toEqual(['s 2', ' 9 1 #0', ' 10 1 #0']);
    topics.add(table.number('s/1'), 7);
    topics.add(table.number('s/10'), 8);
    expect(lines(topics)).toEqual(['s 4', ' 1 1 #7', ' 9 1 #0', ' 10 2 #8']);
  });

  it('returns any range of the visible nodes, with level, position and state of each', () => {
    const topics = topicsOf('a/1', 'a/2', 'b/1/x', 'c');
    const { total, active, nodes } = topics.page(SLASH, { closed: [], active: 'b/1' }, 3, 2);
    expect({ total, active }).toEqual({ total: 7, active: 4 });
    expect(nodes).toEqual([
      { path: 'b', label: 'b', level: 1, position: 2, siblings: 3, parent: -1, messages: 1, isOpen: true },
      { path: 'b/1', label: '1', level: 2, position: 1, siblings: 1, parent: 3, messages: 1, isOpen: true },
    ]);
    expect(topics.page(SLASH, ALL_OPEN, 7, 10)).toEqual({ total: 7, active: -1, nodes: [] });
  });

  it('hides the nodes below a closed one, and finds no active node there', () => {
    const topics = topicsOf('a/1', 'a/2', 'b');
    const query = { closed: ['a', 'b', 'not there'], active: 'a/2' };
    expect(lines(topics, query)).toEqual(['a 2 closed', 'b 1 #2']);
    expect(topics.page(SLASH, query, 0, 10).active).toBe(-1);
  });

  it('omits names that are no topics, and messages without a name', () => {
    const topics = topicsOf('/queue/a', 'ACK', '', '/queue/b', 'ACK');
    const form = { separator: '/', excluded: ['ACK', 'NACK'] };
    expect(lines(topics, ALL_OPEN, form)).toEqual(['/queue 2', ' a 1 #0', ' b 1 #3']);
    expect(topics.size(form)).toBe(2);
  });

  it('is rebuilt for another separator', () => {
    const topics = topicsOf('a.b', 'a/b');
    expect(lines(topics)).toEqual(['a 1', ' b 1 #1', 'a.b 1 #0']);
    expect(lines(topics, ALL_OPEN, { separator: '.' })).toEqual(['a 1', ' b 1 #0', 'a/b 1 #1']);
    expect(lines(topics)).toEqual(['a 1', ' b 1 #1', 'a.b 1 #0']);
  });

  it('counts topics beyond its limit together, and continues with known ones', () => {
    const table = new NameTable();
    const topics = new Topics(table);
    for (let row = 0; row < MAX_TOPICS + 5; row++) topics.add(table.number(`t/${row}`), row);
    topics.add(table.number('t/0'), 99_999);
    expect([topics.size(SLASH), topics.others]).toEqual([MAX_TOPICS, 5]);
    const { total, nodes } = topics.page(SLASH, ALL_OPEN, 0, 2);
    expect(total).toBe(MAX_TOPICS + 1);
    expect(nodes[1]).toMatchObject({ path: 't/0', messages: 2, last: { row: 99_999 } });
  });

  it('stays small and fast with topics of a thousand levels', () => {
    const table = new NameTable();
    const topics = new Topics(table);
    for (let row = 0; row < 2000; row++) topics.add(table.number(`${row}/`.repeat(200)), row);
    expect(topics.page(SLASH, ALL_OPEN, 0, 1).total).toBe(2000 * MAX_TOPIC_LEVELS);
  });

  it('keeps topics that are named like object properties', () => {
    expect(lines(topicsOf('__proto__/constructor', 'toString'))).toEqual([
      '__proto__ 1',
      ' constructor 1 #0',
      'toString 1 #1',
    ]);
  });
});

describe('the topics under a node', () => {
  const topics = topicsOf('a/1', 'a/2', 'a/2', 'a', 'b', 'a/3/x', 'a/3/x', 'a/3/x', 'ab');

  it('include the node itself, the most frequent first', () => {
    expect(topics.under(SLASH, 'a', 100)).toEqual({ names: ['a/3/x', 'a/2', 'a', 'a/1'], matches: 4 });
    expect(topics.under(SLASH, 'a/3', 100)).toEqual({ names: ['a/3/x'], matches: 1 });
  });

  it('are limited to the requested number', () => {
    expect(topics.under(SLASH, 'a', 2)).toEqual({ names: ['a/3/x', 'a/2'], matches: 4 });
  });

  it.each(['', 'c', 'a/9', 'a/3/x/y', '/'])('are empty for “%s”', (path) => {
    expect(topics.under(SLASH, path, 100)).toEqual({ names: [], matches: 0 });
  });
});

describe('the topics of a conversation', () => {
  it('include events and calls, over all connections', () => {
    const table = new NameTable();
    const conversation = new Conversation(table, () => 0);
    const add = (record: number, type: Parameters<typeof typeNumber>[0], name: string): void =>
      conversation.add(
        record,
        { ...emptyUnit(), type: typeNumber(type), name: table.number(name), row: record },
        0,
      );
    add(0, 'event', 'a/b');
    add(1, 'subscribe', 'a/#');
    add(2, 'reply', 'SUBACK');
    add(3, 'control', 'PINGREQ');
    conversation.add(4, { ...emptyUnit(), type: OPENED, row: 4 }, 0);
    add(5, 'call', 'a/b');
    add(6, 'error', 'a/c');
    expect(lines(conversation.topics)).toEqual(['a 2', ' b 2 #5']);
  });
});
