// @ts-check

/** A failure whose message is one sentence for the person at the terminal; no stack is wanted. */
export class SetupError extends Error {}
