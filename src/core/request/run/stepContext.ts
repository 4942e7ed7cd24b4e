import type { HandshakeAnswer, Judged } from '../condition/judged.ts';
import type { Audience } from '../plan/stepPlan.ts';
import type { StepProtocol } from '../plan/stepVerb.ts';
import type { DecodedUnit } from '../../protocol/unit.ts';
import type { Scope } from '../variables/scope.ts';
import type { SchemaTypes } from './checkStepFiles.ts';
import type { RunConversation } from './runConversation.ts';
import type { Queued } from './inbox.ts';
import type { Interruption } from './interruption.ts';
import type { Judge } from './judge.ts';
import type { PlacedRequest, RunConnection, StepPorts } from './runPorts.ts';
import type { waitForMessage, WantedMessage } from './waitForMessage.ts';

/** The state that the steps of a request share while it runs. */
export interface StepContext {
  readonly placed: PlacedRequest;
  readonly ports: StepPorts;
  readonly scope: Scope;
  readonly connection: RunConnection;
  readonly answer: HandshakeAnswer;
  readonly conversation: RunConversation;
  /** Undefined if its steps use no protocol. */
  readonly stepProtocol: StepProtocol | undefined;
  readonly judge: Judge;
  readonly interruption: Interruption;
  /** The message types of `@encode protobuf`. */
  readonly types: SchemaTypes;
  /** How a step gets its message; unless given, it takes one of the inbox. */
  readonly take?: (wanted: WantedMessage) => ReturnType<typeof waitForMessage>;
  /** In a rule: the unit that triggered it, which later steps of the rule answer too. */
  readonly ruleUnit?: DecodedUnit | undefined;
  /** As a server: the connections that `@to` names. */
  readonly audience?: (to: Exclude<Audience, 'one'>) => readonly RunConnection[];
}

/** The message that a step took before it acts, or the facts of the handshake. */
export interface Taken {
  /** The facts of the handshake if it waits for no message. */
  readonly judged: Judged;
  /** Undefined if it took none. */
  readonly message?: Queued;
}
