import { pages } from '../pages.ts'
import { page, unsure } from './limit.ts'

const reference = page(pages.messages)
const text = page(pages.textMessages)
const image = page(pages.imageMessages)
const document = page(pages.documentMessages)
const buttons = page(pages.replyButtons)
const list = page(pages.lists)
const cta = page(pages.ctaUrls)
const flow = page(pages.sendingFlows)
const products = page(pages.products)
const carousel = page(pages.mediaCarousels)
const payments = page(pages.orders)
const calling = page(pages.callButtons)
const contacts = page(pages.contactsMessages)
const location = page(pages.locationMessages)
const directSend = page(pages.directSend)
const template = page(pages.templateMessages)
const bsuid = page(pages.userIds)

/** Of a message's body. */
export const messageLimits = {
  textBody: text.characters(4096),
  caption: image.characters(1024),
  filename: unsure(document.characters(240)),
  link: unsure(image.characters(2048)),
  mediaId: unsure(image.characters(128)),
  callbackData: reference.characters(512, 0),
  messageId: unsure(reference.characters(512)),
  recipientPhone: unsure(reference.characters(32)),
  // Two letters, a dot, ENT and a dot, and 128 letters or digits.
  recipientUserId: bsuid.characters(135, 4),
  identityKeyHash: unsure(reference.characters(256)),

  interactiveBody: buttons.characters(1024),
  // 4096 in newer guides, 1024 in older ones.
  listBody: unsure(list.characters(4096)),
  interactiveHeader: buttons.characters(60),
  interactiveFooter: buttons.characters(60),
  replyButtons: buttons.items(3),
  replyButtonTitle: buttons.characters(20),
  replyButtonId: buttons.characters(256),
  listButton: list.characters(20),
  listSections: list.items(10),
  listSectionTitle: list.characters(24),
  /** Over all sections of the message. */
  listRows: list.items(10),
  listRowId: list.characters(200),
  listRowTitle: list.characters(24),
  listRowDescription: list.characters(72, 0),
  ctaText: cta.characters(20),
  ctaUrl: unsure(cta.characters(2000)),
  // 30 in the OpenAPI, 20 in older pages.
  flowCta: flow.characters(30),
  products: products.items(30),
  productSections: products.items(10),
  productSectionTitle: products.characters(24),
  carouselCards: carousel.items(10, 2),
  cardBody: carousel.characters(160),
  cardLineBreaks: carousel.items(2, 0),
  // [code: pywa] for cards; Meta's page says one or more.
  cardButtons: unsure(carousel.items(3)),
  orderReference: payments.characters(35),
  callText: calling.characters(20),
  callTtlMinutes: calling.between(1, 43_200, 'minutes'),

  // The guide of May 2026; the OpenAPI says 5.
  contacts: contacts.items(257),
  locationName: unsure(location.characters(1000, 0)),
  locationAddress: unsure(location.characters(1000, 0)),
  latitude: location.between(-90, 90, 'degrees'),
  longitude: location.between(-180, 180, 'degrees'),
  /** One emoji with its modifiers and joiners. */
  reactionEmoji: unsure(reference.characters(32, 0)),

  templateName: template.characters(512),
  templateLanguage: unsure(template.characters(15, 2)),
  templateParameter: unsure(template.characters(32_768)),
  templateButtons: template.items(10, 0),
  // 128 in some pages.
  quickReplyPayload: unsure(template.characters(256)),
  // 15 in some pages.
  couponCode: unsure(template.characters(20)),
  /** The code of a login, in the body and again in its button. */
  otpCode: template.characters(15),
  templateCards: template.items(10),
  /** The filled-in body when the template has other components; alone it may be longer. */
  hydratedBody: unsure(template.characters(1024)),
  hydratedBodyAlone: unsure(template.characters(32_768)),

  directSendUtilityTtl: directSend.between(30, 43_200, 'seconds'),
  directSendAuthenticationTtl: directSend.between(30, 900, 'seconds'),
  /** Reply and URL buttons of one Direct Send message together, and the URL buttons among them. */
  directSendButtons: directSend.items(10),
  directSendUrlButtons: directSend.items(2, 0),
}
