/** How Meta deals with the files of outbound messages; see README. */
export interface MediaSettings {
  /** Which links are really fetched: a simulator must not reach out by accident. */
  linkHosts: 'loopback' | 'all' | 'none'
  /** What becomes of the others: as if they had been fetched and were right, or 131053. */
  otherLinks: 'placeholder' | 'failed'
  /** Real time, on a virtual clock too: what answers is a real server. */
  linkTimeoutMs: number
  /** Which code a link fails with: Meta's pages name both. */
  linkFailure: '131053' | '131052'
  /** A media id that is over, deleted or another's: refused in the answer (100), or failed by status (131053). */
  unknownMedia: 'answer' | 'status'
  /** Who may send an uploaded file: its number, or all numbers of the account. */
  mediaScope: 'number' | 'account'
}

export const mediaDefaults: Readonly<MediaSettings> = {
  linkHosts: 'loopback',
  otherLinks: 'placeholder',
  linkTimeoutMs: 10_000,
  linkFailure: '131053',
  unknownMedia: 'answer',
  mediaScope: 'number',
}

export const mediaChoices = {
  linkHosts: ['loopback', 'all', 'none'],
  otherLinks: ['placeholder', 'failed'],
  linkFailure: ['131053', '131052'],
  unknownMedia: ['answer', 'status'],
  mediaScope: ['number', 'account'],
} as const
