/** What goes wrong with an accepted message and what is told of it. */
export const statusFaults = {
  heldForQuality: 'a template is held back for its quality, and goes on after `heldMs`',
  pacingDropped: 'a template is held back, then dropped (132015) and paused',
  noStatus: 'accepted, but no status ever comes',
  outOfOrder: '`delivered` before `sent`',
  statusFirst: '`sent` overtakes the answer',
  readOnly: '`read` without `delivered`',
  lateFailure: '`failed` (131049) in place of `delivered`',
  duplicateStatus: 'a status comes again in another body',
} as const
