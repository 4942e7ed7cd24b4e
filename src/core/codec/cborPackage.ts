// The used exports of cbor2. The bundles share them as one file, which is loaded on first use
// (scripts/lib/sharedModules.mjs).
export { encode, encodedNumber } from 'cbor2';
export { decode } from 'cbor2/decoder';
export { diagnose } from 'cbor2/diagnostic';
