/**
 * Every limit of a message that we send, as one table. `certain: false` marks those that Meta's own pages do not
 * state, or state differently in two places: there the wider one stands here, so that Meta says no rather than we.
 */
export interface Limit {
  min?: number
  max: number
  unit: 'characters' | 'items' | 'minutes' | 'seconds' | 'degrees'
  certain?: false
}

const characters = (max: number, min = 1): Limit => ({ min, max, unit: 'characters' })
const items = (max: number, min = 1): Limit => ({ min, max, unit: 'items' })
const unsure = (limit: Limit): Limit => ({ ...limit, certain: false })

export const limits = {
  textBody: characters(4096),
  caption: characters(1024),
  filename: unsure(characters(240)),
  link: unsure(characters(2048)),
  mediaId: unsure(characters(128)),
  callbackData: characters(512, 0),
  messageId: unsure(characters(512)),
  recipientPhone: unsure(characters(32)),
  recipientUserId: characters(140),
  identityKeyHash: unsure(characters(256)),

  interactiveBody: characters(1024),
  listBody: unsure(characters(4096)),
  interactiveHeader: characters(60),
  interactiveFooter: characters(60),
  replyButtons: items(3),
  replyButtonTitle: characters(20),
  replyButtonId: characters(256),
  listButton: characters(20),
  listSections: items(10),
  listSectionTitle: characters(24),
  /** Over all sections of the message. */
  listRows: items(10),
  listRowId: characters(200),
  listRowTitle: characters(24),
  listRowDescription: characters(72, 0),
  ctaText: characters(20),
  ctaUrl: unsure(characters(2000)),
  flowCta: characters(30),
  products: items(30),
  productSections: items(10),
  carouselCards: items(10, 2),
  cardBody: characters(160),
  cardButtons: unsure(items(3)),
  orderReference: characters(35),
  callText: characters(20),
  callTtlMinutes: { min: 1, max: 43_200, unit: 'minutes' },

  contacts: items(257),
  locationName: unsure(characters(1000, 0)),
  locationAddress: unsure(characters(1000, 0)),
  latitude: { min: -90, max: 90, unit: 'degrees' },
  longitude: { min: -180, max: 180, unit: 'degrees' },
  /** One emoji with its modifiers and joiners. */
  reactionEmoji: unsure(characters(32, 0)),

  templateName: characters(512),
  templateLanguage: unsure(characters(15, 2)),
  templateHeaderText: unsure(characters(1024)),
  templateParameter: unsure(characters(32_768)),
  templateButtons: items(10, 0),
  quickReplyPayload: unsure(characters(256)),
  couponCode: unsure(characters(20)),
  otpCode: characters(15),
  templateCards: items(10, 1),
  /** The filled-in body when the template has other components; alone it may be longer. */
  hydratedBody: unsure(characters(1024)),
  hydratedBodyAlone: unsure(characters(32_768)),

  directSendUtilityTtl: { min: 30, max: 43_200, unit: 'seconds' },
  directSendAuthenticationTtl: { min: 30, max: 900, unit: 'seconds' },
} satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
