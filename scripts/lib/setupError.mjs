// @ts-check

/** A failure whose message is one sentence for the user. It is shown without a stack. */
export class SetupError extends Error {}
