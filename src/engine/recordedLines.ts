// How rows are written as lines: the worker that saves them and the command line print the same.
export { jsonLine } from '../recording/jsonLine.ts';
export { utf8Pieces } from '../recording/payloadPieces.ts';
export { detailOf } from '../recording/recordedLine.ts';
export type { LineOf, LineRow } from '../recording/recordedLine.ts';
