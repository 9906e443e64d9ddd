import { pages } from '../pages.ts'
import { page, unsure } from './limit.ts'

const components = page(pages.templateComponents)
const authentication = page(pages.authenticationTemplates)
const offer = page(pages.offerTemplates)
const carousel = page(pages.carouselTemplates)
const ttl = page(pages.timeToLive)

/** Of a template when it is created or edited. */
export const templateLimits = {
  definitionHeader: components.characters(60),
  definitionHeaderHoles: components.items(1, 0),
  definitionBody: components.characters(1024),
  /** Since March 2025 for marketing and utility; one provider states 550, Meta's page still 1024. [bsp] */
  definitionMarketingBody: unsure(components.characters(1024)),
  definitionFooter: components.characters(60),
  definitionButtons: components.items(10),
  buttonText: components.characters(25),
  buttonUrl: components.characters(2000),
  buttonPhone: components.characters(20),
  quickReplyButtons: components.items(10, 0),
  urlButtons: components.items(2, 0),
  phoneButtons: components.items(1, 0),
  copyCodeButtons: components.items(1, 0),
  voiceCallButtons: components.items(1, 0),
  flowButtons: unsure(components.items(1, 0)),
  /** MPM, SPM, catalogue and one-time password: each alone of its kind. */
  singleButtons: components.items(1, 0),
  copyCodeValue: unsure(components.characters(20)),
  offerText: unsure(offer.characters(16)),
  offerBody: unsure(offer.characters(600)),
  definitionCards: carousel.items(10),
  definitionCardBody: carousel.characters(160),
  definitionCardButtons: carousel.items(2),
  codeExpirationMinutes: authentication.between(1, 90, 'minutes'),
  supportedApps: authentication.items(5),
  packageName: authentication.characters(224),
  signatureHash: authentication.characters(11, 11),
  authenticationTtl: ttl.between(30, 900, 'seconds'),
  utilityTtl: ttl.between(30, 43_200, 'seconds'),
  marketingTtl: ttl.between(43_200, 2_592_000, 'seconds'),
}
