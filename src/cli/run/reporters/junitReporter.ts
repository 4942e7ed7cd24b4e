import { XMLBuilder } from 'fast-xml-parser';
import { refusedLines } from '../../output/refusedText.ts';
import { problemLine } from '../../requestFiles/locatedProblem.ts';
import { failureLines } from './failureLines.ts';
import {
  type FileReport,
  type Reporter,
  type RequestReport,
  type RunReport,
  countsOf,
  INSECURE,
} from './reporter.ts';
import { makeVisible } from '../../../core/format/visible.ts';

/** An XML element, whose attributes have the prefix that the builder requires. */
type Element = Readonly<Record<string, unknown>>;

/** Writes JUnit XML for CI servers at the end of the run: one suite per file, one case per request. */
export function createJunitReporter(write: (text: string) => void): Reporter {
  return {
    ended(report) {
      const builder = new XMLBuilder({
        ignoreAttributes: false,
        attributeNamePrefix: '@',
        format: true,
        suppressEmptyNode: true,
      });
      write(
        `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ testsuites: suites(report) }).trimEnd()}\n`,
      );
    },
  };
}

function suites({ files, startedAt, duration }: RunReport): Element {
  return {
    '@name': 'duplex',
    ...numbers(files),
    '@time': seconds(duration),
    '@timestamp': timestamp(startedAt),
    testsuite: files.map((file) => suite(file, startedAt)),
  };
}

function suite(file: FileReport, startedAt: number): Element {
  const first = Math.min(...file.results.map((result) => result.startedAt));
  return {
    '@name': xmlLine(file.name),
    '@file': xmlLine(file.name),
    ...numbers([file]),
    '@time': seconds(file.duration),
    '@timestamp': timestamp(startedAt + (Number.isFinite(first) ? first : 0)),
    testcase: [...problemCases(file), ...file.results.map((result) => requestCase(file.name, result))],
    ...(file.warnings.length > 0 && { 'system-err': xmlText(file.warnings.map(problemLine).join('\n')) }),
  };
}

/** Errors of the file itself become separate cases, because they belong to no request. */
function problemCases({ name, problems }: FileReport): Element[] {
  const [first] = problems;
  if (!first) return [];
  return [
    {
      ...caseHead(name, name, first.line, 0),
      error: {
        '@message': xmlLine(first.message),
        '@type': first.code,
        '#text': xmlText(problems.map(problemLine).join('\n')),
      },
    },
  ];
}

function requestCase(file: string, result: RequestReport): Element {
  const { name, range, duration, status, failure, insecure, refusal } = result;
  const head = caseHead(file, name, range.start.line + 1, duration);
  const output = insecure ? { 'system-out': INSECURE } : {};
  if (status === 'passed') return { ...head, ...output };
  if (status === 'skipped')
    return { ...head, skipped: failure ? { '@message': xmlLine(failure.message) } : '' };
  const detail = failure && {
    '@message': xmlLine(failure.message),
    '@type': failure.code,
    '#text': xmlText([...failureLines(file, failure), ...refusedLines(refusal ?? {})].join('\n')),
  };
  return { ...head, [status === 'failed' ? 'failure' : 'error']: detail ?? '', ...output };
}

function caseHead(file: string, name: string, line: number, duration: number): Element {
  return {
    '@name': xmlLine(name),
    '@classname': xmlLine(file),
    '@file': xmlLine(file),
    '@line': line,
    '@time': seconds(duration),
  };
}

function numbers(files: readonly FileReport[]): Element {
  const { passed, failed, errors, skipped } = countsOf(files);
  return {
    '@tests': passed + failed + errors + skipped,
    '@failures': failed,
    '@errors': errors,
    '@skipped': skipped,
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** A time in ISO 8601 in UTC, without a zone, as the schema requires. */
function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}

/**
 * Makes any text valid XML 1.0 (section 2.2). Characters that XML cannot represent, and invisible ones, become visible;
 * lone surrogates become U+FFFD. Line breaks stay.
 */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map((line) => xmlLine(line))
    .join('\n');
}

/** Valid XML on one line, for an attribute. */
export function xmlLine(text: string): string {
  return makeVisible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
