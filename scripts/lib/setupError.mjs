// @ts-check

/** A failure whose message is one sentence for the user at the terminal. It is shown without a stack. */
export class SetupError extends Error {}
