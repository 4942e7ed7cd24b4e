// @ts-check
import { readFileSync, readdirSync } from 'node:fs';

/** Milliseconds between two looks at the threads. */
const INTERVAL = 100;

/** Minimum share of one core for which a thread is reported. */
const LEAST_SHARE = 0.05;

/** @typedef {{ ticks: number; core: number }} Sample CPU ticks so far, and the core that ran it last */
/** @typedef {{ process: string; isMain: boolean; share: number; cores: number[] }} BusyThread `share` of one core; `cores` by how long it held them */

/**
 * Watches which threads are busy, and on which cores, until the returned function is called. It reads /proc, so
 * nothing is known outside Linux.
 * @param {Readonly<Record<string, number>>} processes process ids by name
 * @returns {() => string} a description of the threads and their cores, for a table
 */
export function watchCores(processes) {
  const started = performance.now();
  /** @type {Map<string, { process: string; isMain: boolean; ticks: number; last: number; cores: Map<number, number> }>} */
  const threads = new Map();
  const look = () => {
    for (const [name, pid] of Object.entries(processes)) {
      for (const [tid, { ticks, core }] of samples(pid)) {
        const key = `${pid}/${tid}`;
        const thread = threads.get(key) ?? {
          process: name,
          isMain: tid === pid,
          ticks: 0,
          last: ticks,
          cores: new Map(),
        };
        const spent = ticks - thread.last;
        thread.ticks += spent;
        thread.last = ticks;
        thread.cores.set(core, (thread.cores.get(core) ?? 0) + spent);
        threads.set(key, thread);
      }
    }
  };
  look();
  const timer = setInterval(look, INTERVAL);
  return () => {
    clearInterval(timer);
    look();
    const seconds = (performance.now() - started) / 1000;
    return describe(
      [...threads.values()].map(({ process: name, isMain, ticks, cores }) => ({
        process: name,
        isMain,
        // Linux counts 100 ticks a second.
        share: ticks / 100 / seconds,
        cores: [...cores].sort((a, b) => b[1] - a[1]).flatMap(([core, spent]) => (spent > 0 ? [core] : [])),
      })),
    );
  };
}

/** @param {readonly BusyThread[]} threads @returns {string} `server 96 % of core 1; client 91 % of core 0, its worker 40 % of cores 1, 0` */
export function describe(threads) {
  const busy = threads.filter(({ share }) => share >= LEAST_SHARE).sort((a, b) => b.share - a.share);
  const words = busy.map(({ process: name, isMain, share, cores }) => {
    const where = cores.length === 1 ? `core ${cores[0]}` : `cores ${cores.join(', ')}`;
    return `${name}${isMain ? '' : "'s worker"} ${Math.round(share * 100)} % of ${where}`;
  });
  return words.join('; ');
}

/** @param {number} pid @returns {[number, Sample][]} by thread id; nothing of a process that has ended */
function samples(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => [
      Number(tid),
      parseStat(readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8')),
    ]);
  } catch {
    return [];
  }
}

/** @param {string} stat a line of /proc/PID/task/TID/stat (proc(5)) @returns {Sample} */
export function parseStat(stat) {
  // The name in brackets may hold blanks and brackets: field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ticks: Number(fields[11]) + Number(fields[12]), core: Number(fields[36]) };
}
