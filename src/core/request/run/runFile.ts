import { runRequest } from './runRequest.ts';
import type { PlacedRequest, RunFileOptions, RunPorts } from './runPorts.ts';
import type { RequestResult } from './runResult.ts';

/**
 * Runs requests, of one file or of several: one after the other, or all side by side. Times in all results count from
 * its call.
 * @returns the results in the order of the requests; with `bail` or a signal fewer, those that began
 */
export async function runFile(
  requests: readonly PlacedRequest[],
  ports: RunPorts,
  options: RunFileOptions = {},
): Promise<RequestResult[]> {
  const { parallel = false, bail = false, signal } = options;
  const origin = ports.now();
  if (parallel) return Promise.all(requests.map((placed) => runRequest(placed, ports, options, origin)));
  const results: RequestResult[] = [];
  for (const placed of requests) {
    if (signal?.aborted) break;
    const result = await runRequest(placed, ports, options, origin);
    results.push(result);
    if (bail && result.status !== 'passed') break;
  }
  return results;
}
