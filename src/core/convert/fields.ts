/** An object from a file of another program: its members may have any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value as an object; one without members for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** An own member of an object. Inherited members are not in the file. */
export function field(value: unknown, name: string): unknown {
  return Object.hasOwn(fieldsOf(value), name) ? fieldsOf(value)[name] : undefined;
}

/**
 * A member as text, numbers and booleans as they are written; undefined for a member that is absent, null, a list or
 * an object.
 */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string'
    ? found
    : typeof found === 'number' || typeof found === 'boolean'
      ? String(found)
      : undefined;
}

export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** A positive number, or a text that holds one. */
export function numberField(value: unknown, name: string): number | undefined {
  const number = Number(textField(value, name));
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

export interface Pair {
  readonly name: string;
  readonly value: string;
  readonly isDisabled: boolean;
}

/**
 * Headers, parameters and variables as clients write them: a list of `{name | key, value, disabled? | enabled?}`, or an object of
 * values. Entries without a name are left out.
 */
export function pairsOf(value: unknown): readonly Pair[] {
  if (!Array.isArray(value))
    return Object.keys(fieldsOf(value)).map((name) => ({
      name,
      value: textField(value, name) ?? '',
      isDisabled: false,
    }));
  return (value as unknown[]).flatMap((each) => {
    const name = textField(each, 'name') ?? textField(each, 'key') ?? '';
    const isDisabled = field(each, 'disabled') === true || field(each, 'enabled') === false;
    return name === '' ? [] : [{ name, value: textField(each, 'value') ?? '', isDisabled }];
  });
}
