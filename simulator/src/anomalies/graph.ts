/** What goes wrong between a sender and Graph. */
export const graphFaults = {
  error5xx: '503 with an HTML page, nothing accepted',
  somethingWrong: '131000 with HTTP 500, nothing accepted',
  tooMany: '130429, nothing accepted',
  expiredToken: '190, nothing accepted',
  hang: 'never answers; nothing accepted',
  reset: 'the connection breaks before a word of an answer; nothing accepted',
  lostResponse: 'accepted, but the connection breaks inside the answer',
  expiredMedia: 'the address of a file is over when it is told; the next one is not',
} as const
