/**
 * The WEBHOOKS time through which every status has been applied (CONTRACTS 28). Undefined when it cannot be known: then
 * no doubt ends by itself, and the attempts stay in doubt and visible.
 */
export interface SettledUntil {
  read(): Promise<Date | undefined>
}

export const unknownSettledUntil: SettledUntil = { read: async () => undefined }
