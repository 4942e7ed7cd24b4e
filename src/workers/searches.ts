import { setImmediate } from 'node:timers/promises';
import { HitList } from '../core/search/hitList.ts';
import { compileText } from '../core/search/compileText.ts';
import type { ConditionCompiler } from '../core/search/compileText.ts';
import type { UnitTest } from '../core/request/condition/unitCondition.ts';
import type { TextMatcher } from '../core/search/textMatcher.ts';
import { watched } from '../core/search/watch.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import type { RowGate } from '../recording/search/indexBlock.ts';
import { hitRows } from '../recording/search/searchHits.ts';
import type { DecodedScan } from '../recording/search/decodedScan.ts';
import { SearchScan } from '../recording/search/searchScan.ts';
import type { ScanOptions } from '../recording/search/searchScan.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MAX_PULL } from '../shared/limits.ts';
import { GATES } from '../shared/queryProtocol.ts';
import type { Query, SearchStart, SearchState, SearchWorkerCalls } from '../shared/queryProtocol.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';

/** Milliseconds of work between two checks for other calls. */
const TURN = 10;

/** Milliseconds between two reports of one search. */
const REPORT_INTERVAL = 100;

/** Conditions are loaded by the first search that needs them. */
const conditions: ConditionCompiler = async (pattern) =>
  (await import('../core/request/condition/searchCondition.ts')).compileConditionMatcher(pattern);

const compileUnitTest = async (lists: NonNullable<Query['conditions']>): Promise<UnitTest> =>
  (await import('../core/request/condition/unitCondition.ts')).unitTest(lists);

interface Running {
  readonly start: SearchStart;
  readonly reader: RecordingReader;
  readonly matcher: TextMatcher | undefined;
  readonly scan: SearchScan | DecodedScan;
  readonly attempt: ReturnType<typeof watched>;
  readonly reporter: Reporter;
  readonly gate: RowGate | undefined;
  /** The first row for which the gate is not complete. */
  passed: number;
  /** The number of rows that the search may examine. */
  end: number;
  isAtWork: boolean;
  error: BoundaryError | undefined;
}

/** The searches of one worker. They work in turns, so that other searches and calls about hits can run. */
export function searchCalls(
  report: (job: number, state: SearchState) => void,
  compile: CompileSchema,
): SearchWorkerCalls {
  /** Running searches by number; undefined while one is being prepared. */
  const jobs = new Map<number, Running | undefined>();

  const find = (job: number): Running => {
    const running = jobs.get(job);
    if (running) return running;
    throw new DuplexError('call.invalid', 'This search was ended: search again.');
  };

  const work = async (job: number, running: Running): Promise<void> => {
    if (running.isAtWork) return;
    running.isAtWork = true;
    const { scan, reporter } = running;
    try {
      while (scan.next < reachable(running)) {
        const end = reachable(running);
        const rows = scan.run(end);
        while (!takeTurn(rows)) {
          reporter.changed();
          await setImmediate();
          if (jobs.get(job) !== running) return;
        }
        // The files were cut, so they have fewer rows than announced.
        if (scan.next < end) running.end = scan.next;
      }
    } catch (error) {
      const { code, message } = toDuplexError(error);
      running.error = { code, message };
    }
    running.isAtWork = false;
    reporter.changed();
  };

  const goOn = (job: number, rows: number | undefined): void => {
    const running = find(job);
    running.end = Math.max(running.end, rows ?? running.reader.extent().rows);
    if (running.error === undefined) void work(job, running);
  };

  return {
    async startSearch(job, start) {
      jobs.set(job, undefined);
      try {
        const { query, from, folder, watch } = start;
        const matcher = query.text && (await compileText(query.text, conditions));
        if (!jobs.has(job)) throw new DuplexError('call.cancelled', 'The search was ended before it began.');
        const reader = RecordingReader.open(folder);
        const attempt = watched(watch, job);
        const gate = start.gates && {
          only: start.gates.includes('only') ? new HitList() : undefined,
          without: start.gates.includes('without') ? new HitList() : undefined,
        };
        const options = { query, from, attempt, ...(gate && { gate }) };
        const scan = await scanOf(reader, { ...options, matcher }, compile);
        if (!jobs.has(job)) {
          reader.close();
          throw new DuplexError('call.cancelled', 'The search was ended before it began.');
        }
        const running: Running = {
          start,
          reader,
          matcher,
          scan,
          attempt,
          reporter: new Reporter(() => report(job, stateOf(running))),
          gate,
          passed: gate ? from : Infinity,
          end: from,
          isAtWork: false,
          error: undefined,
        };
        jobs.set(job, running);
      } catch (error) {
        jobs.delete(job);
        throw error;
      }
      goOn(job, start.rows);
    },

    async extendSearch(job, rows) {
      goOn(job, rows);
    },

    async passGate(job, rows) {
      const running = find(job);
      for (const name of GATES) for (const row of rows[name] ?? []) running.gate?.[name]?.push(row);
      running.passed = Math.max(running.passed, rows.until);
      goOn(job, running.end);
    },

    async hits(job, from, count) {
      const { reader, scan, matcher, attempt, start } = find(job);
      // Matches in decoded messages have no position in the preview of the raw messages.
      const marking = start.query.decoded ? undefined : matcher;
      return hitRows(reader, scan.hits.slice(from, Math.min(count, MAX_PULL)), marking, attempt);
    },

    async hitNumbers(job, from, count) {
      const numbers = find(job).scan.hits.slice(from, count);
      return transfer(numbers, [numbers.buffer]);
    },

    async hitPosition(job, seq) {
      return find(job).scan.hits.position(seq);
    },

    async endSearch(job) {
      const running = jobs.get(job);
      jobs.delete(job);
      running?.reporter.stop();
      running?.reader.close();
    },
  };
}

/** Creates the scan of a search. The first search in decoded messages loads protocols and formats. */
async function scanOf(
  reader: RecordingReader,
  { matcher, ...options }: ScanOptions,
  compile: CompileSchema,
): Promise<SearchScan | DecodedScan> {
  const { decoded, conditions } = options.query;
  // A pattern about facts reads no payload, so nothing needs to be decoded.
  const isOfBytes = !decoded || !matcher || matcher.testFacts !== undefined;
  if (!conditions && isOfBytes) return new SearchScan(reader, { ...options, matcher });
  try {
    const test = conditions ? { ofUnit: await compileUnitTest(conditions) } : { matcher: matcher! };
    const { createDecodedScan } = await import('../recording/search/decodedScan.ts');
    return await createDecodedScan(reader, { ...options, test }, decoded ?? {}, compile);
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** The row up to which the search can run now. */
function reachable({ end, passed }: Running): number {
  return Math.min(end, passed);
}

/** @returns whether the work is done */
function takeTurn(work: Generator<void>): boolean {
  const end = performance.now() + TURN;
  do {
    if (work.next().done) return true;
  } while (performance.now() < end);
  return false;
}

function stateOf({ scan, start, end, isAtWork, error }: Running): SearchState {
  const scanned = Math.max(0, scan.next - start.from);
  return {
    hits: scan.hits.length,
    scanned,
    total: Math.max(0, end - start.from),
    done: !isAtWork && error === undefined && scan.next >= end,
    skipped: scan.skipped,
    ...(start.query.folds && !start.query.text && { folded: scan.folded }),
    error,
  };
}

/** Reports at once, but at most once per REPORT_INTERVAL; otherwise a little later. */
class Reporter {
  #last = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly report: () => void) {}

  changed(): void {
    const wait = this.#last + REPORT_INTERVAL - performance.now();
    if (wait > 0) this.#timer ??= setTimeout(() => this.#now(), wait);
    else this.#now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.stop();
    this.#timer = undefined;
    this.#last = performance.now();
    this.report();
  }
}
