/** What happens to a webhook’s body on its way. */
export const transportFaults = {
  duplicateWebhook: 'a webhook’s body is delivered twice',
  delayedWebhook: 'a webhook is delivered `webhookDelayMs` late',
  lostWebhook: 'a webhook never comes',
  reorderedWebhook: 'a webhook lets those behind it pass',
  historyOutOfOrder: 'every other chunk of a number’s history lets those behind it pass',
  mergedWebhooks: 'a webhook waits for others, of other accounts too, and goes with them in one body',
  impatientWebhook: 'Meta does not wait for the answer, and delivers the same bytes again',
  wrongSignature: 'the first try is signed with a secret that nobody has; the next one is right',
  previousSecret: 'signed with the secret that the app had before its present one, as while it is rotated',
} as const
