import type { Role } from '../../core/protocol/protocolModule.ts';
import { AUTO_PROTOCOL } from '../../core/protocol/registry.ts';
import { MessageFragments } from '../../recording/frameFile.ts';
import { RecordingReader } from '../../recording/read/reader.ts';
import type { HandshakeRefusal } from '../../serve/clientRequest.ts';
import { DuplexError } from '../../shared/errors.ts';
import { tornSentence } from '../recordingFile.ts';
import { scanConnection, type ScannedConnection } from './connectionScan.ts';
import { RecordedTurns, type TurnList } from './turns.ts';

/** The first connection of a recording. */
export interface ReplayScript {
  /** The side to play. */
  readonly side: Role;
  /** The URL of the recorded connection, and its option `protocol`. */
  readonly url: string;
  readonly protocol: string;
  /** The response that refused its handshake; undefined if the handshake was accepted. */
  readonly refusal: HandshakeRefusal | undefined;
  /** The subprotocol that the server chose; '' if it chose none. */
  readonly subprotocol: string;
  readonly turns: TurnList;
  /** Closes the files of the recording. */
  close(): void;
}

/** A part of a recording that the replay omits or plays differently. */
export interface ReplayRemark {
  /** One sentence. */
  readonly text: string;
  /** Whether messages of the recording are missing, and not only frames. */
  readonly isLoss: boolean;
}

/**
 * Opens the first connection of a recorded folder. Its messages are read when they are played.
 * @param onRemark called before any error is thrown
 * @throws DuplexError `file.invalid` if the folder holds no connection or is invalid, `disk.denied` if it
 * cannot be read
 */
export async function openReplayScript(
  folder: string,
  side: Role,
  onRemark: (remark: ReplayRemark) => void = () => {},
): Promise<ReplayScript> {
  const reader = RecordingReader.open(folder);
  let fragments: MessageFragments | undefined;
  const close = (): void => {
    reader.close();
    fragments?.close();
  };
  try {
    const { url, protocol } = reader.manifest;
    if (!URL.canParse(url))
      throw new DuplexError(
        'file.invalid',
        `The url in the session.json of ${folder} is not valid: correct it.`,
      );
    const extent = reader.extent();
    const torn = tornSentence({ rows: extent.rows, tornBytes: reader.tornBytes() });
    if (torn !== undefined) onRemark({ text: torn, isLoss: true });
    const found = await scanConnection(reader, extent, side);
    fragments = new MessageFragments(folder);
    for (const remark of remarksOn(found, fragments)) onRemark(remark);
    return {
      ...{ side, url, close },
      protocol: typeof protocol === 'string' ? protocol : AUTO_PROTOCOL,
      refusal: found.refusal,
      subprotocol: found.subprotocol,
      turns: new RecordedTurns(reader, fragments, found),
    };
  } catch (error) {
    close();
    throw error;
  }
}

function* remarksOn(found: ScannedConnection, fragments: MessageFragments): Generator<ReplayRemark> {
  const { gapAfter, nextConnection, firstSent, refusal, rows } = found;
  if (gapAfter !== undefined)
    yield {
      text: `Messages after row ${gapAfter} are not in the recording, because its disk could not take them: they are left out.`,
      isLoss: true,
    };
  if (nextConnection !== undefined)
    yield {
      text: `The recording holds more than one connection: only the first one is played, which ends before row ${nextConnection}.`,
      isLoss: true,
    };
  if (!refusal && rows.length === 0)
    yield {
      text: 'The recorded connection has no messages: only its opening and its end are played.',
      isLoss: false,
    };
  if (firstSent !== undefined && !fragments.has(firstSent))
    yield {
      text: 'The recording has no frame details: each message is sent in one frame.',
      isLoss: false,
    };
}
