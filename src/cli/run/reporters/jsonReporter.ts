import type { Range } from '../../../core/request/syntax/range.ts';
import { editorPlace } from '../../requestFiles/locatedProblem.ts';
import { visibleJson } from '../../../core/format/visible.ts';
import { countsOf, type Reporter, type RequestReport } from './reporter.ts';

/** Version of the document. It is increased when a reader of an older version would misread the document. */
const VERSION = 1;

/** Writes one JSON document (docs/cli.md) at the end of the run. */
export function createJsonReporter(write: (text: string) => void): Reporter {
  return {
    ended({ files, startedAt, duration, status }) {
      const document = {
        version: VERSION,
        startedAt: new Date(startedAt).toISOString(),
        duration: rounded(duration),
        status,
        ...countsOf(files),
        files: files.map(({ name, problems, warnings, results, duration: took }) => ({
          file: name,
          duration: rounded(took),
          problems,
          warnings,
          requests: results.map(requestJson),
        })),
      };
      write(`${visibleJson(document, 2)}\n`);
    },
  };
}

function requestJson({ uri: _uri, name, index, status, ...rest }: RequestReport): unknown {
  return { name, index, status, ...(plain(rest) as object) };
}

/** Converts ranges to positions from 1, rounds durations to microseconds, and keeps all other values. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { range, ...rest } = value as { readonly range?: Range };
  const entries = Object.entries(rest).map(([key, each]): [string, unknown] => [key, plain(each)]);
  return { ...(range && editorPlace(range)), ...Object.fromEntries(entries) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
