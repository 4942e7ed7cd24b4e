import type { ServerPlan } from '../../core/request/plan/serverPlan.ts';
import type { ProtocolModule } from '../../core/protocol/protocolModule.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import type { ClientRequest, HandshakeRefusal } from '../../serve/clientRequest.ts';
import { listen, type Listening } from '../../serve/listen.ts';
import type { ServerCertificate } from '../../serve/serverCertificate.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { OnClientFault } from '../../shared/refusedClient.ts';
import { ListenProblem } from '../proxy/proxyBlock.ts';
import { negotiation } from './negotiation.ts';

/** A block that serves a path of a port. */
export interface PortBlock {
  readonly placed: PlacedRequest;
  readonly plan: Pick<ServerPlan, 'host' | 'port' | 'path'>;
  readonly certificate: ServerCertificate | undefined;
  readonly protocol: ProtocolModule | undefined;
  /** The refusal of a block with `@status`. */
  readonly refusal: Refused | undefined;
  /** Receives each client that is not refused. @param base the URL of the port, without a path */
  readonly accept: (request: ClientRequest, base: string) => void;
  /** Receives one sentence about a client that is refused. */
  readonly onFault: OnClientFault;
}

/** A response that refuses a client, and the reason for the user of the server. */
export interface Refused extends HandshakeRefusal {
  readonly why: string;
}

/** Ports that listen or are about to, by host and port. A port that the system chose (port 0) is not shared. */
export type OpenPorts = Map<string, OpenPort>;

interface OpenPort {
  /** The blocks that it serves, the earliest first; never empty. */
  readonly blocks: PortBlock[];
  readonly listening: Promise<Listening>;
}

/** A block while its port listens. */
export interface ServedBlock {
  readonly url: string;
  /** Stops serving the block, and closes the port after its last block. */
  remove(): Promise<void>;
}

/**
 * Serves a block at its port. The first block opens the port; the others share it by their paths. A client
 * that requests a path of no block is a fault of the first block. The block is added before the function
 * returns its promise, so blocks that are added together are all served from the first client on.
 * @throws ListenProblem `call.invalid` if a block of the port already has the path or differs in TLS, or if
 * the port cannot be opened
 */
export async function addToPort(ports: OpenPorts, block: PortBlock): Promise<ServedBlock> {
  const { host, port } = block.plan;
  const key = JSON.stringify([host, port]);
  const shared = port === 0 ? undefined : ports.get(key);
  if (shared) checkFits(shared, block);
  const blocks = shared?.blocks ?? [];
  blocks.push(block);
  const open = shared ?? { blocks, listening: listenFor(blocks, block) };
  if (port !== 0) ports.set(key, open);
  /** Returns whether the block was the last one. */
  const leave = (): boolean => {
    const at = blocks.indexOf(block);
    if (at === -1) return false;
    blocks.splice(at, 1);
    const isLast = blocks.length === 0;
    if (isLast && ports.get(key) === open) ports.delete(key);
    return isLast;
  };
  try {
    const listening = await open.listening;
    return {
      url: `${listening.url}${block.plan.path}`,
      async remove() {
        if (leave()) await listening.close();
      },
    };
  } catch (thrown) {
    leave();
    throw new ListenProblem(block.placed, (await otherHost(ports, block)) ?? toDuplexError(thrown));
  }
}

/**
 * The reason why a port cannot be opened if another block has opened it under another name of this machine;
 * otherwise undefined.
 */
async function otherHost(
  ports: OpenPorts,
  { plan: { host, port } }: PortBlock,
): Promise<DuplexError | undefined> {
  const other = [...ports.values()].find(({ blocks: [first] }) => first?.plan.port === port);
  const named = other?.blocks[0]?.plan.host;
  // If that block does not listen either, another program uses the port.
  const isOpen = await other?.listening.then(
    () => true,
    () => false,
  );
  if (isOpen !== true || named === undefined) return undefined;
  return new DuplexError(
    'call.invalid',
    `Port ${port} is open for ${named}, and this block asks for ${host}: blocks share a port if they name the same host, so write ${named} here, too.`,
  );
}

function checkFits({ blocks }: OpenPort, { placed, plan, certificate }: PortBlock): void {
  const { path, port } = plan;
  if (blocks.some((other) => other.plan.path === path))
    throw new ListenProblem(
      placed,
      new DuplexError(
        'call.invalid',
        `Two blocks serve the path ${path} at one port: give one of them another path, or serve only one of them.`,
      ),
    );
  if (blocks.some((other) => other.certificate?.fingerprint !== certificate?.fingerprint))
    throw new ListenProblem(
      placed,
      new DuplexError(
        'call.invalid',
        `The blocks at port ${port} differ in TLS: give all of them ws://, or wss:// with the same certificate.`,
      ),
    );
}

/** @param blocks the live list of the port's blocks */
async function listenFor(
  blocks: readonly PortBlock[],
  { plan: { host, port }, certificate }: PortBlock,
): Promise<Listening> {
  const onFault: OnClientFault = (sentence, client) => blocks[0]?.onFault(sentence, client);
  const listening: Listening = await listen(
    { host, port, certificate },
    (request) => {
      const [path = ''] = request.target.split('?', 1);
      const block = blocks.find(({ plan }) => plan.path === path);
      const refusal = block ? block.refusal : unknownPath(path, blocks);
      if (block && !refusal) return block.accept(request, listening.url);
      const { status, why } = refusal!;
      request.refuse(refusal!);
      (block?.onFault ?? onFault)(
        `${request.peer} was refused with ${status}: ${why}`,
        request.refused(status, why),
      );
    },
    onFault,
    (request) => negotiation(request, blocks),
  );
  return listening;
}

function unknownPath(path: string, blocks: readonly PortBlock[]): Refused {
  const paths = blocks.map(({ plan }) => plan.path).join(', ');
  return {
    status: 404,
    headers: [['Content-Type', 'text/plain; charset=utf-8']],
    body: `Nothing is served here. Paths of this server: ${paths}\n`,
    why: `nothing is served at ${excerpt(path)}. Paths of this server: ${paths}`,
  };
}
