/** What the environment says to `bun run load`. */
export const inherited = (): Record<string, string | undefined> => process.env

/** Of a Palomar that is named with --url; undefined when it is not set. */
export const named = (
  name: 'LOAD_API_KEY' | 'LOAD_APP_SECRET' | 'LOAD_PHONE_NUMBER_ID' | 'LOAD_WABA_ID',
): string | undefined => process.env[name] || undefined
