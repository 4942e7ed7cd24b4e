// What is used of @msgpack/msgpack, which the bundles share as one file that is loaded on first use (scripts/lib/sharedModules.mjs).
export { Decoder, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
export { decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
