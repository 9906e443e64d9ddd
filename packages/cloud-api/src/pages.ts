/**
 * Meta's pages, by what they document: the one place with their addresses. Meta moved them in 2025 and 2026 from /docs/whatsapp; each
 * address here was seen in Meta's own text or in a maintained client's. What has no page of its own is at the nearest one.
 */
const whatsapp = 'https://developers.facebook.com/documentation/business-messaging/whatsapp'
const facebook = 'https://developers.facebook.com/docs'

export const pages = {
  messages: `${whatsapp}/reference/whatsapp-business-phone-number/message-api`,
  sending: `${whatsapp}/messages/send-messages`,
  textMessages: `${whatsapp}/messages/text-messages`,
  imageMessages: `${whatsapp}/messages/image-messages`,
  videoMessages: `${whatsapp}/messages/video-messages`,
  audioMessages: `${whatsapp}/messages/audio-messages`,
  documentMessages: `${whatsapp}/messages/document-messages`,
  stickerMessages: `${whatsapp}/messages/sticker-messages`,
  locationMessages: `${whatsapp}/messages/location-messages`,
  contactsMessages: `${whatsapp}/messages/contacts-messages`,
  reactionMessages: `${whatsapp}/messages/reaction-messages`,
  replyButtons: `${whatsapp}/messages/interactive-reply-buttons-messages`,
  lists: `${whatsapp}/messages/interactive-list-messages`,
  ctaUrls: `${whatsapp}/messages/interactive-cta-url-messages`,
  mediaCarousels: `${whatsapp}/messages/interactive-media-carousel-messages`,
  sendingFlows: `${whatsapp}/flows/guides/sendingaflow`,
  products: `${whatsapp}/catalogs/sell-products-and-services/share-products`,
  orders: `${whatsapp}/payments/payments-br/orders`,
  templateMessages: `${whatsapp}/messages/template-messages`,
  readReceipts: `${whatsapp}/messages/mark-message-as-read`,
  directSend: `${whatsapp}/direct-send/supported-features-and-limits`,
  throughput: `${whatsapp}/throughput`,
  pricing: `${whatsapp}/pricing`,
  // Business usernames have no page of their own that could be found.
  userIds: `${whatsapp}/business-scoped-user-ids`,
  blocks: `${whatsapp}/block-users`,

  calls: `${whatsapp}/calling/reference`,
  callsByUsers: `${whatsapp}/calling/user-initiated-calls`,
  callButtons: `${whatsapp}/calling/call-button-messages-deep-links`,
  callTroubles: `${whatsapp}/calling/troubleshooting`,
  groups: `${whatsapp}/groups/reference`,
  groupMessages: `${whatsapp}/groups/groups-messaging`,
  groupErrors: `${whatsapp}/groups/error-codes`,
  groupWebhooks: `${whatsapp}/groups/webhooks`,

  templates: `${whatsapp}/templates/overview`,
  templateCalls: `${whatsapp}/reference/whatsapp-business-account/template-api`,
  templateComponents: `${whatsapp}/templates/components`,
  authenticationTemplates: `${whatsapp}/templates/authentication-templates/authentication-templates`,
  offerTemplates: `${whatsapp}/templates/marketing-templates/limited-time-offer-templates`,
  carouselTemplates: `${whatsapp}/templates/marketing-templates/media-card-carousel-templates`,
  timeToLive: `${whatsapp}/templates/time-to-live`,

  account: `${whatsapp}/reference/whatsapp-business-account/whatsapp-business-account-api`,
  analytics: `${whatsapp}/analytics`,
  numbers: `${whatsapp}/business-phone-numbers/phone-numbers`,
  twoStep: `${whatsapp}/business-phone-numbers/two-step-verification`,
  media: `${whatsapp}/business-phone-numbers/media`,
  conversationalComponents: `${whatsapp}/business-phone-numbers/conversational-components`,
  profiles: `${whatsapp}/business-profiles`,
  qrCodes: `${whatsapp}/qr-codes`,
  businessApp: `${whatsapp}/embedded-signup/onboarding-business-app-users`,

  webhooks: `${whatsapp}/webhooks/overview`,
  webhookEndpoint: `${whatsapp}/webhooks/create-webhook-endpoint`,
  webhookOverrides: `${whatsapp}/webhooks/override`,
  messageWebhooks: `${whatsapp}/webhooks/reference/messages`,
  statusWebhooks: `${whatsapp}/webhooks/reference/messages/status`,
  accountWebhooks: `${whatsapp}/webhooks/reference/account_update`,
  templateWebhooks: `${whatsapp}/webhooks/reference/message_template_status_update`,

  errorCodes: `${whatsapp}/support/error-codes`,
  flowErrors: `${whatsapp}/flows/reference/error-codes`,

  rateHeaders: `${facebook}/graph-api/overview/rate-limiting`,
  uploads: `${facebook}/graph-api/guides/upload`,
  accessTokens: `${facebook}/facebook-login/guides/access-tokens`,
} as const
