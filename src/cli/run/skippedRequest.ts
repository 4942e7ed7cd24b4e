import { requestName } from '../../core/request/plan/requestName.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { RequestResult } from '../../core/request/run/runResult.ts';

/** The result of a request that was not started. */
export function skippedRequest({ uri, request }: PlacedRequest, startedAt: number): RequestResult {
  return {
    uri,
    index: request.index,
    name: requestName(request),
    range: request.target.range,
    status: 'skipped',
    startedAt,
    duration: 0,
    handshake: [],
    steps: [],
    failure: undefined,
    session: undefined,
  };
}
