// @ts-check
// Replaces the bundle in a copy of the extension: loads and activates the bundle as the extension host would, and
// measures how long that takes. While a file `measure` exists beside it, it measures the delay of the event loop. The
// results are in `activation.json` and `loop.json` beside it.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two checks for the file. */
const LOOK_INTERVAL = 50;

const folder = import.meta.dirname;
const require = createRequire(import.meta.url);
const started = performance.now();
// Its `activate` loads the bundle.
const extension = require(join(folder, 'dist/start.js'));
const loaded = performance.now() - started;

const signal = join(folder, 'measure');
const delay = monitorEventLoopDelay({ resolution: 1 });
let isMeasuring = false;

function look() {
  if (existsSync(signal) === isMeasuring) return;
  isMeasuring = !isMeasuring;
  if (isMeasuring) {
    delay.reset();
    delay.enable();
    return;
  }
  delay.disable();
  // The timer of the measurement itself ticks every millisecond.
  const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((nanoseconds) =>
    Math.max(0, nanoseconds / 1e6 - 1),
  );
  writeFileSync(join(folder, 'loop.json'), JSON.stringify({ p50, p99, max }));
}

/** @param {unknown[]} args */
export function activate(...args) {
  const called = performance.now();
  const api = extension.activate(...args);
  const activated = performance.now() - called;
  writeFileSync(join(folder, 'activation.json'), JSON.stringify(loaded + activated));
  setInterval(look, LOOK_INTERVAL).unref();
  return api;
}

export const deactivate = () => extension.deactivate();
