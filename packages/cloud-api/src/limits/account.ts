import { page, unsure } from './limit.ts'

const profile = page('cloud-api/reference/business-profiles')
const qr = page('business-management-api/qr-codes')
const automation = page('cloud-api/phone-numbers/conversational-components')
const numbers = page('business-management-api/manage-phone-numbers')
const pin = page('cloud-api/reference/two-step-verification')
const groups = page('cloud-api/groups/reference')
const blocks = page('cloud-api/block-users')
const overrides = page('cloud-api/webhooks/override')
const analytics = page('business-management-api/analytics')
const templates = page('business-management-api/message-templates')

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
