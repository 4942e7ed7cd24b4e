import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_SENT_FILE_BYTES } from '../../../src/shared/limits.ts';
import { createPickedFiles } from '../../../src/vscode/panel/compose/pickedFiles.ts';
import { readLimitedUri } from '../../../src/vscode/payload/limitedUri.ts';
import { readPayloadFile } from '../../../src/vscode/requestFiles/payloadFile.ts';
import { FileType, Uri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const { stat, readFile } = workspace.fs;
const virtual = Uri.of('memfs', '/folder/a.ws') as never;
const file = Uri.file('/folder/data.bin') as never;
const TOO_LARGE = MAX_SENT_FILE_BYTES + 1;

/** Sets the stat result and the bytes of every file in the file system. */
function given(found: { size: number; type?: number }, bytes = found.size): void {
  stat.mockResolvedValue({ type: FileType.File, ...found });
  readFile.mockResolvedValue(new Uint8Array(bytes));
}

beforeEach(() => {
  stat.mockReset();
  readFile.mockReset();
});

describe('readLimitedUri', () => {
  it.each([
    [0, 0],
    [9, 10],
    [10, 10],
  ])('reads a file of %i bytes with a limit of %i', async (size, limit) => {
    given({ size });
    expect(await readLimitedUri(file, limit)).toHaveLength(size);
  });

  it('does not begin to read a file that is too large', async () => {
    given({ size: 11 });
    expect(await readLimitedUri(file, 10)).toBeUndefined();
    expect(readFile).not.toHaveBeenCalled();
  });

  it('does not begin to read a device, which has no size and may have no end', async () => {
    given({ size: 0, type: FileType.Unknown });
    expect(await readLimitedUri(file, 10)).toBeUndefined();
    expect(readFile).not.toHaveBeenCalled();
  });

  it('refuses a file that turns out larger than its file system said', async () => {
    given({ size: 0 }, 11);
    expect(await readLimitedUri(virtual, 10)).toBeUndefined();
  });

  it('follows a link to a file', async () => {
    given({ size: 3, type: FileType.File | 64 });
    expect(await readLimitedUri(file, 3)).toHaveLength(3);
  });

  it('throws the error of the file system', async () => {
    stat.mockRejectedValue(new Error('gone'));
    await expect(readLimitedUri(file, 10)).rejects.toThrow('gone');
  });
});

describe('a payload file of a request', () => {
  it('has the limit of a message', async () => {
    given({ size: TOO_LARGE });
    const refused = readPayloadFile(file, 'big.bin');
    await expect(refused).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^The file \/folder\/big\.bin is larger than 1\.0 GiB/) as string,
    });
    expect(readFile).not.toHaveBeenCalled();
  });

  it('has a lower limit if the caller gives one, as for a certificate', async () => {
    given({ size: 101 });
    await expect(readPayloadFile(file, 'server.pem', 100)).rejects.toThrow(/is larger than 100 B/);
    given({ size: 100 });
    expect(await readPayloadFile(file, 'server.pem', 100)).toHaveLength(100);
  });

  it('is shown with its scheme if it is on no disk', async () => {
    given({ size: TOO_LARGE });
    await expect(readPayloadFile(virtual, 'big.bin')).rejects.toThrow('The file memfs:///folder');
  });
});

describe('a file that was picked to be sent', () => {
  it('has the limit of a message too', async () => {
    window.showOpenDialog.mockResolvedValueOnce([file]);
    given({ size: TOO_LARGE });
    const picked = createPickedFiles();
    const path = await picked.pick();
    await expect(picked.read(path!)).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringContaining('data.bin is larger than 1.0 GiB') as string,
    });
    expect(readFile).not.toHaveBeenCalled();
  });
});
