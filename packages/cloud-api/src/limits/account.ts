import { pages } from '../pages.ts'
import { page, unsure } from './limit.ts'

const profile = page(pages.profiles)
const qr = page(pages.qrCodes)
const automation = page(pages.conversationalComponents)
const numbers = page(pages.numbers)
const pin = page(pages.twoStep)
const groups = page(pages.groups)
const blocks = page(pages.blocks)
const overrides = page(pages.webhookOverrides)
const analytics = page(pages.analytics)
const templates = page(pages.templates)

/** Of a number's profile and of what is set up around it. */
export const accountLimits = {
  profileAbout: profile.characters(139),
  profileAddress: profile.characters(256, 0),
  // 256 in the OpenAPI.
  profileDescription: unsure(profile.characters(512, 0)),
  profileEmail: profile.characters(128, 0),
  profileWebsites: profile.items(2, 0),
  profileWebsite: profile.characters(256),
  qrMessage: qr.characters(140),
  qrCode: qr.characters(14, 14),
  // The OpenAPI says 3.
  iceBreakers: automation.items(4, 0),
  iceBreaker: unsure(automation.characters(80)),
  commands: automation.items(30, 0),
  // The OpenAPI says 30.
  commandName: automation.characters(32),
  commandHint: automation.characters(256),
  verifiedName: numbers.characters(75, 2),
  pin: pin.characters(6, 6),
  groupSubject: groups.characters(128),
  groupDescription: groups.characters(2048, 0),
  groupParticipants: groups.items(8),
  blockedAtOnce: blocks.items(1_000),
  overrideUri: overrides.characters(200),
  analyticsTemplates: analytics.items(10),
  templatesDeletedAtOnce: templates.items(100),
}
