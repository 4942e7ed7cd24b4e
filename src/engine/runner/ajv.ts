// The JSON Schema dialects in one file, because they share most of their code. Built as a separate library
// (esbuild.mjs).
export { Ajv } from 'ajv';
export { Ajv2019 } from 'ajv/dist/2019.js';
export { Ajv2020 } from 'ajv/dist/2020.js';
export { default as addFormats } from 'ajv-formats';
