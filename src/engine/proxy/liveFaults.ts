import { analyzeRequestFile } from '../../core/request/plan/analyzeRequestFile.ts';
import type { FaultDirection, FaultPlan } from '../../core/request/plan/faultPlan.ts';
import { proxyPlan } from '../../core/request/plan/proxyPlan.ts';
import { createJudge, type Judge } from '../../core/request/run/judge.ts';
import type { StepPorts } from '../../core/request/run/runPorts.ts';
import { createFileScope } from '../../core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../core/request/variables/value.ts';
import { DuplexError } from '../../shared/errors.ts';
import { Listeners } from '../listeners.ts';

/** The faults of a proxy, and the functions and values that their conditions need. */
export interface ProxyRules {
  readonly faults: readonly FaultPlan[];
  readonly ports: Pick<StepPorts, 'schema' | 'bounded'>;
  /** The URI of their file. Paths of schemas are relative to it. */
  readonly uri: string;
}

/** A fault of a running proxy, which can be switched on and off. */
export interface LiveFault {
  readonly id: number;
  /** The text after `@fault`, such as `drop in probability 0.1`. */
  readonly written: string;
  readonly isOn: boolean;
  /** How often it has fired since it was switched on. */
  readonly fired: number;
  /** Whether the file of the proxy contains it. */
  readonly isOfFile: boolean;
  /** The directions whose messages it holds. */
  readonly holds: readonly FaultDirection[];
}

interface Entry extends Omit<LiveFault, 'fired'> {
  readonly plan: FaultPlan;
  fired: number;
}

/** Maximum number of faults: nobody reads a longer list. */
const MAX_FAULTS = 100;

const MAX_WRITTEN = 2000;

/** The faults of a running proxy. They apply to all of its connections, present and future. */
export class LiveFaults {
  #entries: readonly Entry[];
  #active: readonly FaultPlan[];
  #nextId: number;
  readonly #changed = new Listeners();

  private constructor(
    { faults }: ProxyRules,
    private readonly protocol: string | undefined,
    readonly judge: Judge,
  ) {
    this.#entries = faults.map((plan, id) => entryOf(plan, id, true));
    this.#active = faults;
    this.#nextId = faults.length;
  }

  /**
   * @param protocol the protocol that the proxy decodes, as in `@protocol`
   * @throws DuplexError `file.invalid`, `disk.denied` for a schema that cannot be read
   */
  static async create(rules: ProxyRules, protocol: string | undefined): Promise<LiveFaults> {
    const judge = createJudge(rules.ports, rules.uri, () => {});
    await judge.prepare(rules.faults.flatMap(({ where }) => where ?? []));
    return new LiveFaults(rules, protocol, judge);
  }

  get all(): readonly LiveFault[] {
    return this.#entries;
  }

  /** The faults that are switched on. */
  get active(): readonly FaultPlan[] {
    return this.#active;
  }

  /** @returns a function that removes the listener */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /**
   * Adds a fault and switches it on.
   * @param written the text after `@fault`
   * @throws DuplexError `call.invalid` with the reason why the text is not a fault
   */
  async add(written: string): Promise<void> {
    if (this.#entries.length >= MAX_FAULTS)
      throw new DuplexError('call.invalid', `A proxy has at most ${MAX_FAULTS} faults: remove one first.`);
    const plan = faultOf(written, this.protocol);
    await this.judge.prepare(plan.where ? [plan.where] : []);
    this.#change([...this.#entries, entryOf(plan, this.#nextId++, false)]);
  }

  /** Switches a fault on or off. Switching it on again resets its counts. */
  switch(id: number, isOn: boolean): void {
    this.#change(
      this.#entries.map((entry) =>
        entry.id === id && entry.isOn !== isOn
          ? { ...entry, isOn, ...(isOn && { fired: 0, plan: { ...entry.plan } }) }
          : entry,
      ),
    );
  }

  /** Removes a fault that the file does not contain. */
  remove(id: number): void {
    this.#change(this.#entries.filter((entry) => entry.id !== id || entry.isOfFile));
  }

  /** Counts that a fault fired. */
  fire(plan: FaultPlan): void {
    const entry = this.#entries.find((each) => each.plan === plan);
    if (entry) entry.fired++;
  }

  #change(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#active = entries.filter(({ isOn }) => isOn).map(({ plan }) => plan);
    this.#changed.emit();
  }
}

function entryOf(plan: FaultPlan, id: number, isOfFile: boolean): Entry {
  const holds = plan.kind === 'hold' ? [...plan.directions] : [];
  return { id, plan, written: plan.written, isOn: true, fired: 0, isOfFile, holds };
}

/** @throws DuplexError `call.invalid` with the reason why the text is not a fault */
function faultOf(written: string, protocol: string | undefined): FaultPlan {
  const text = written.trim().replace(/^#?\s*@fault\s+/, '');
  if (/[\r\n]/.test(text) || text.length > MAX_WRITTEN)
    throw new DuplexError('call.invalid', `A fault is one line of at most ${MAX_WRITTEN} characters.`);
  const named = protocol === undefined ? [] : [`# @protocol ${protocol}`];
  const lines = ['PROXY ws://127.0.0.1:0 -> ws://127.0.0.1:1', ...named, `# @fault ${text}`];
  const { diagnostics, proxies } = analyzeRequestFile(lines.join('\n'));
  const planned = proxyPlan(proxies[0]!, createFileScope([], SAMPLE_PORTS));
  const [problem] = [...diagnostics, ...('problems' in planned ? planned.problems : [])];
  const [plan] = 'plan' in planned ? planned.plan.faults : [];
  if (problem || !plan)
    throw new DuplexError('call.invalid', problem?.message ?? 'Write a fault, such as delay 200ms.');
  return { ...plan, line: undefined };
}
