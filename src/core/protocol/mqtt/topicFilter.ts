/** Whether a topic filter matches a topic (section 4.7): `+` stands for one level, `#` for all that follow. */
export function matchesFilter(filter: string, topic: string): boolean {
  // In a shared subscription, the filter follows the name (section 4.8.2).
  const levels = (/^\$share\/[^/]+\/(.*)$/s.exec(filter)?.[1] ?? filter).split('/');
  const names = topic.split('/');
  // Topics of the server are not matched by a wildcard in the first level.
  if (topic.startsWith('$') && (levels[0] === '#' || levels[0] === '+')) return false;
  for (const [index, level] of levels.entries()) {
    if (level === '#') return true;
    if (index >= names.length || (level !== '+' && level !== names[index])) return false;
  }
  return levels.length === names.length;
}
