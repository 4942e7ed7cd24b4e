import { parse } from 'shell-quote';

/** The quoting of a command line. Browsers copy requests in all three forms. */
type Shell = 'posix' | 'cmd' | 'powershell';

/**
 * Splits a command line into words and resolves quotes and escapes. `$NAME` becomes `{{$env NAME}}`. Anything after a
 * pipe, a redirection or a semicolon belongs to another command and is dropped.
 * @returns undefined for a substitution that is not closed, such as `${`
 */
export function shellWords(text: string): string[] | undefined {
  const posix = asPosix(withPlainBlanks(text.trim()));
  const words: string[] = [];
  const entries = parsed(posix);
  if (!entries) return undefined;
  for (const entry of entries) {
    if (typeof entry === 'string') words.push(entry);
    else if ('pattern' in entry) words.push(entry.pattern);
    else if ('comment' in entry || words.length > 0) break;
  }
  return words;
}

function parsed(posix: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(posix, (name) => `{{$env ${name}}}`);
  } catch {
    // Its only error is "Bad substitution", with the whole text.
    return undefined;
  }
}

/** A quoted word or an escaped character, or a blank that no shell separates words with. Pages have these between words. */
const QUOTED_OR_BLANK = /\\.|"(?:\\.|[^"\\])*"|'[^']*'|[\u00a0\u2000-\u200a\u202f\u3000]/gs;

/** The same command with plain blanks between its words. Quoted blanks stay. */
function withPlainBlanks(text: string): string {
  return text.replace(QUOTED_OR_BLANK, (part) => (part.length === 1 ? ' ' : part));
}

/** The same command for a POSIX shell. */
function asPosix(text: string): string {
  switch (shellOf(text)) {
    case 'cmd':
      // ^ escapes the next character, even a line break. Within the remaining quotes, "" is a quote.
      return (
        text
          .replace(/\^\r?\n/g, ' ')
          .replace(/\^(.)/gs, '$1')
          .replaceAll('""', '\\"')
          // These mean nothing to cmd.exe.
          .replace(/[$`]/g, '\\$&')
      );
    case 'powershell':
      // ` escapes the next character. Within single quotes, '' is a quote.
      return text
        .replace(/`\r?\n/g, ' ')
        .replace(/`(["`$])/g, '\\$1')
        .replace(/''/g, `'\\''`);
    default:
      return resolveAnsiQuotes(text.replace(/\\\r?\n/g, ' '));
  }
}

function shellOf(text: string): Shell {
  if (/\^(?:"|\r?\n)/.test(text)) return 'cmd';
  return /`\r?\n/.test(text) || /^(?:curl|wscat|websocat)\.exe\b/i.test(text) ? 'powershell' : 'posix';
}

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};

/** Resolves bash's `$'…'`, which browsers use for quotes and exclamation marks. shell-quote does not support it. */
function resolveAnsiQuotes(text: string): string {
  return text.replace(
    /"(?:\\.|[^"\\])*"|'[^']*'|\$'((?:\\.|[^'\\])*)'/gs,
    (whole, body: string | undefined) => {
      if (body === undefined) return whole;
      const plain = body.replace(
        /\\(?:u([\da-f]{1,4})|U([\da-f]{1,8})|x([\da-f]{1,2})|([0-7]{1,3})|(.))/gis,
        (escape, u?: string, long?: string, x?: string, octal?: string, other?: string) => {
          const hex = u ?? long ?? x;
          const code =
            hex !== undefined
              ? Number.parseInt(hex, 16)
              : octal !== undefined
                ? Number.parseInt(octal, 8)
                : -1;
          if (code > 0x10ffff) return escape;
          return code >= 0 ? String.fromCodePoint(code) : (ANSI_ESCAPES[other!] ?? other!);
        },
      );
      return `'${plain.replaceAll("'", `'\\''`)}'`;
    },
  );
}
