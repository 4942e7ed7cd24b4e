// @ts-check

/** The files of protobufjs that a parser of `.proto` files does not need: its codec and its generator of JavaScript. */
const UNUSED =
  /protobufjs[\\/]src[\\/](?:encoder|decoder|verifier|converter|wrappers|message|rpc|reader(?:_buffer)?|writer(?:_buffer)?|rpc[\\/]service|util[\\/](?:codegen|fetch|aspromise|float))\.js$/;

/** The package `long` creates default values of 64 bits, which the descriptors do not need. */
const LONG = /node_modules[\\/]long[\\/].*\.js$/;

/**
 * Builds protobufjs as a parser that generates no code: a part that is left out throws if it is called.
 * @type {import('esbuild').Plugin}
 */
export const protobufParser = {
  name: 'protobuf-parser',
  setup({ onLoad }) {
    onLoad({ filter: UNUSED }, ({ path }) => ({
      contents: `module.exports = Object.assign(function () { throw new Error(${JSON.stringify(`${path.replace(/.*[\\/]/, '')} is not part of this build.`)}); }, { _configure() {} });`,
    }));
    onLoad({ filter: LONG }, () => ({
      contents: 'module.exports = { fromNumber: () => ({}), fromString: () => ({}) };',
    }));
  },
};
