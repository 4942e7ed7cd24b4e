// What is used of cbor2, which the bundles share as one file that is loaded on first use (scripts/lib/sharedModules.mjs).
export { encode, encodedNumber } from 'cbor2';
export { decode } from 'cbor2/decoder';
export { diagnose } from 'cbor2/diagnostic';
