// The used exports of @msgpack/msgpack. The bundles share them as one file, which is loaded on first use
// (scripts/lib/sharedModules.mjs).
export { Decoder, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
export { decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp } from '@msgpack/msgpack';
