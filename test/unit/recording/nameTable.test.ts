import { describe, expect, it } from 'vitest';
import { NameTable } from '../../../src/recording/units/nameTable.ts';

describe('a table of names', () => {
  it('gives each text a number, and the same one again', () => {
    const names = new NameTable();
    const [first, second] = ['a', 'b'].map((text) => names.number(text));
    expect([names.number('a'), names.number('b'), names.number('')]).toEqual([first, second, 0]);
    expect([names.text(first!), names.find('b'), names.find('c')]).toEqual(['a', second, undefined]);
    // The first two are always there.
    expect(names.take()).toBe('""\n"…"\n"a"\n"b"\n');
    expect(names.take()).toBe('');
  });

  it('has one number for all texts beyond its limit, and still knows the others', () => {
    const names = new NameTable();
    const most = 262_144;
    while (names.size < most) names.number(`t${names.size}`);
    expect(names.text(names.number('one more'))).toBe('…');
    expect(names.number('one more')).toBe(names.number('another'));
    expect(names.size).toBe(most);
    expect(names.text(names.number(`t${most - 1}`))).toBe(`t${most - 1}`);
  });
});
