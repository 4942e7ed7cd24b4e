// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClient, runProcess } from './processes.mjs';
import { compared, median, perSecond } from './results.mjs';

/** @typedef {import('./results.mjs').Context} Context */
/** @typedef {import('./results.mjs').Result} Result */

const BURST = 1_000_000;
const STEADY = 50_000;
const CLIENTS = 1000;

/** Starts a process that prints its URL first. @param {string[]} args */
async function startListening(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const url = /ws:\/\/[^"\s]+/.exec(String(line))?.[0] ?? '';
  child.stdout.resume();
  return {
    url,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The recording proxy: its maximum against no proxy, and a steady rate through it. @param {Context} context @returns {Promise<Result[]>} */
export async function proxy(context) {
  const { servers, folder, url, rounds, server } = context;
  const recordings = join(folder, 'proxied');
  const running = await startListening([servers, 'proxy', url, recordings]);
  try {
    /** @type {{ direct: number[]; proxied: number[] }} */
    const rates = { direct: [], proxied: [] };
    let cores = '';
    for (let round = 0; round < rounds; round++) {
      const path = `/burst?n=${BURST}&size=100`;
      const direct = await runClient(context, 'bare', `${url}${path}`);
      const proxied = await runClient(context, 'bare', `${running.url.replace(/\/$/, '')}${path}`);
      if (proxied.messages !== BURST) throw new Error(`The proxy lost ${BURST - proxied.messages} messages.`);
      rates.direct.push(BURST / direct.seconds);
      rates.proxied.push(BURST / proxied.seconds);
      cores = proxied.cores;
    }
    const steady = `${running.url.replace(/\/$/, '')}/ticker?rate=${STEADY}`;
    const ages = JSON.parse(
      (await runProcess(process.execPath, [servers, 'ages', steady, '10'], { server })).stdout,
    );
    return [
      compared({
        what: 'the recording proxy, 100 B, against no proxy',
        budget: '≥ 0.25 of the direct rate',
        ours: rates.proxied,
        theirs: rates.direct,
        limit: { least: 0.25 },
        how: `${perSecond(median(rates.proxied))} against ${perSecond(median(rates.direct))}, a bare ws client counts; ${cores}`,
      }),
      {
        what: 'the recording proxy at 50,000 messages/s for 10 s',
        budget: 'all of them, none older than 250 ms at the end',
        measured: `${perSecond(ages.rate)}, ${ages.max} ms`,
        met: ages.rate >= 0.98 * STEADY && ages.max <= 250,
        how: `ages of the ticks of the last two seconds: p99 ${ages.p99} ms`,
        raw: ages,
      },
    ];
  } finally {
    await running.stop();
    rmSync(recordings, { recursive: true, force: true });
  }
}

/** One scripted server for many clients. @param {Context} context @returns {Promise<Result[]>} */
export async function clients({ servers, folder }) {
  const file = join(folder, 'echo.ws');
  writeFileSync(file, 'SERVE ws://127.0.0.1:0/\n\n=== on-message\n# @echo\n');
  const running = await startListening(['dist/cli.js', 'serve', file, '--port', '0']);
  try {
    const args = [servers, 'clients', running.url, String(CLIENTS), '10'];
    const { open, echo } = JSON.parse((await runProcess(process.execPath, args)).stdout);
    return [
      {
        what: '1,000 connections through one scripted server, 10 echoes each',
        budget: 'all of them',
        measured: `${(open + echo).toFixed(1)} s`,
        met: true,
        how: `${open.toFixed(1)} s to connect, ${perSecond((CLIENTS * 10) / echo)} echoes`,
        raw: { open, echo },
      },
    ];
  } finally {
    await running.stop();
  }
}
