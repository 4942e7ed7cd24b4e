/** What a copy is called: the first of `name 2`, `name 3`, … that is free. A copy of `name 2` is not `name 2 2`. */
export function copyName(name: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  const stem = name.replace(/ \d+$/, '');
  for (let number = 2; ; number++) {
    const candidate = `${stem} ${number}`;
    if (!names.has(candidate)) return candidate;
  }
}
