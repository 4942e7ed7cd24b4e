import type { Exchange, FailurePhase } from '../shared/timeline.ts';
import type { Evidence } from './connection.ts';

/** What a handshake has come to know so far. Its steps write into it; where one fails, it is the evidence. */
export type Trace = { -readonly [K in keyof Evidence]: Evidence[K] } & {
  phase: FailurePhase;
  exchanges: MutableExchange[];
};

type MutableExchange = { -readonly [K in keyof Exchange]: Exchange[K] };

export function newTrace(): Trace {
  return { phase: 'dns', exchanges: [] };
}

/** Forgets what belonged to the peer before: a redirect leads elsewhere. What travelled stays. */
export function nextHop(trace: Trace): void {
  trace.phase = 'dns';
  delete trace.address;
  delete trace.proxy;
  delete trace.tls;
}

/** A copy that does not change any more. */
export function evidenceOf(trace: Trace): Evidence {
  return { ...trace, exchanges: trace.exchanges.map((exchange) => ({ ...exchange })) };
}
