/** Who asks for what is not there, or for what cannot be, hears it in one sentence. */
export class ControlError extends Error {}
