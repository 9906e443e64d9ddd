import {
  type LimitName,
  validateAnalytics,
  validateAutomation,
  validateBlocks,
  validateGroup,
  validateNewNumber,
  validateOverride,
  validatePin,
  validateProfile,
  validateQrCode,
  validateSend,
  validateTemplateDeletion,
} from '../src/index.ts'
import {
  at,
  authentication,
  buttonsOf,
  buttonsPath,
  cardOf,
  cardWith,
  carousel,
  file,
  fit,
  inSend,
  inTemplate,
  many,
  offer,
  oneParameter,
  type Probe,
  reply,
  row,
  template,
  text,
  x,
} from './probe.ts'
import { valid } from './sends.ts'

/** Each row of the table of limits, and how it is reached. */
export const probes: Record<LimitName, Probe> = {
  textBody: inSend('text', 'text.body'),
  caption: inSend('image', 'image.caption'),
  filename: inSend('document', 'document.filename'),
  link: inSend('imageByLink', 'image.link', (n) => `https://e.co/${x(n - 13)}`),
  mediaId: inSend('image', 'image.id'),
  callbackData: inSend('text', 'biz_opaque_callback_data'),
  messageId: inSend('text', 'context', undefined),
  recipientPhone: inSend('text', 'to', (n) => `573001234567${' '.repeat(n - 12)}`),
  recipientUserId: inSend('text', 'recipient', (n) => `US.ENT.${x(n - 7)}`),
  identityKeyHash: inSend('text', 'recipient_identity_key_hash'),
  interactiveBody: inSend('buttons', 'interactive.body.text'),
  listBody: inSend('list', 'interactive.body.text'),
  interactiveHeader: inSend('buttons', 'interactive.header.text'),
  interactiveFooter: inSend('buttons', 'interactive.footer.text'),
  replyButtons: inSend('buttons', 'interactive.action.buttons', (n) => many(n, reply)),
  replyButtonTitle: inSend('buttons', 'interactive.action.buttons[0].reply.title'),
  replyButtonId: inSend('buttons', 'interactive.action.buttons[0].reply.id'),
  listButton: inSend('list', 'interactive.action.button'),
  listSections: inSend('list', 'interactive.action.sections', (n) =>
    many(n, (s) => ({ title: `S${s}`, rows: [row(s)] })),
  ),
  listSectionTitle: inSend('list', 'interactive.action.sections[0].title'),
  listRows: inSend('list', 'interactive.action.sections', (n) => [
    { title: 'A', rows: many(4, row) },
    { title: 'B', rows: many(n - 4, (r) => row(r + 4)) },
  ]),
  listRowId: inSend('list', 'interactive.action.sections[0].rows[0].id'),
  listRowTitle: inSend('list', 'interactive.action.sections[0].rows[0].title'),
  listRowDescription: inSend('list', 'interactive.action.sections[0].rows[0].description'),
  ctaText: inSend('ctaUrl', 'interactive.action.parameters.display_text'),
  ctaUrl: inSend('ctaUrl', 'interactive.action.parameters.url', (n) => `https://e.co/${x(n - 13)}`),
  flowCta: inSend('flow', 'interactive.action.parameters.flow_cta'),
  products: inSend('productList', 'interactive.action.sections', (n) => [
    { title: 'A', product_items: many(16, (p) => ({ product_retailer_id: `${p}` })) },
    { title: 'B', product_items: many(n - 16, (p) => ({ product_retailer_id: `b${p}` })) },
  ]),
  productSections: inSend('productList', 'interactive.action.sections', (n) =>
    many(n, (s) => ({ title: `S${s}`, product_items: [{ product_retailer_id: '1' }] })),
  ),
  productSectionTitle: inSend('productList', 'interactive.action.sections[0].title'),
  carouselCards: {
    ...inSend('carousel', 'interactive.action.cards', (n) => many(n, cardWith(1))),
    floor: true,
  },
  cardBody: inSend('carousel', 'interactive.action.cards[0].body.text'),
  cardLineBreaks: inSend('carousel', 'interactive.action.cards[0].body.text', (n) => `a${'\na'.repeat(n)}`),
  cardButtons: {
    ...inSend('carousel', 'interactive.action.cards', (n) => many(2, cardWith(n))),
    path: 'interactive.action.cards[0].action.buttons',
  },
  orderReference: inSend('orderDetails', 'interactive.action.parameters.reference_id'),
  callText: inSend('call', 'interactive.action.parameters.display_text'),
  callTtlMinutes: { ...inSend('call', 'interactive.action.parameters.ttl_minutes', Number), floor: true },
  contacts: inSend('contacts', 'contacts', (n) => many(n, () => ({ name: { formatted_name: 'A' } }))),
  locationName: inSend('location', 'location.name'),
  locationAddress: inSend('location', 'location.address'),
  latitude: { ...inSend('location', 'location.latitude', Number), floor: true },
  longitude: { ...inSend('location', 'location.longitude', Number), floor: true },
  reactionEmoji: inSend(
    'reaction',
    'reaction.emoji',
    (n) => `👍${'\u200d👍'.repeat((n - 1) / 2)}${n % 2 ? '' : '\ufe0f'}`,
  ),
  templateName: inSend('template', 'template.name'),
  templateLanguage: inSend('template', 'template.language.code', (n) => `en_abcdef_${x(n - 10)}`),
  templateParameter: {
    ...inSend('template', 'template.components', (n) => oneParameter(text(x(n)))),
    path: 'template.components[0].parameters[0].text',
  },
  templateButtons: inSend('template', 'template.components', (n) =>
    many(n, (index) => ({
      type: 'button',
      sub_type: 'quick_reply',
      index,
      parameters: [{ type: 'payload', payload: 'p' }],
    })),
  ),
  quickReplyPayload: inSend('template', 'template.components[2].parameters[0].payload'),
  couponCode: inSend('template', 'template.components[4].parameters[0].coupon_code'),
  otpCode: {
    path: 'template.components[0].parameters[0]',
    check: (n) =>
      fit(
        [
          { type: 'body', parameters: [text(x(n))] },
          { type: 'button', sub_type: 'url', index: 0, parameters: [text(x(n))] },
        ],
        authentication.components,
      ),
  },
  templateCards: inSend('offerTemplate', 'template.components[1].cards', (n) =>
    many(n, (card_index) => ({ card_index, components: [] })),
  ),
  hydratedBody: {
    path: 'template.components[0].parameters',
    check: (n) =>
      fit(
        [{ type: 'body', parameters: [text(x(n - 5))] }],
        [
          { type: 'BODY', text: 'Hola {{1}}' },
          { type: 'FOOTER', text: 'pie' },
        ],
      ),
  },
  hydratedBodyAlone: {
    path: 'template.components[0].parameters',
    check: (n) =>
      fit([{ type: 'body', parameters: [text(x(n - 5))] }], [{ type: 'BODY', text: 'Hola {{1}}' }]),
  },
  directSendUtilityTtl: { ...inSend('text', 'ttl_seconds', Number, { category: 'utility' }), floor: true },
  directSendAuthenticationTtl: {
    ...inSend('text', 'ttl_seconds', Number, { category: 'authentication' }),
    floor: true,
  },
  directSendButtons: inSend('buttons', 'interactive.action.buttons', (n) => many(n, reply), {
    category: 'utility',
  }),
  directSendUrlButtons: inSend(
    'buttons',
    'interactive.action.buttons',
    (n) => [reply(0), ...many(n, () => ({ type: 'cta_url', cta_url: { url: 'https://e.co' } }))],
    { category: 'utility' },
  ),

  definitionHeader: inTemplate('components[0].text'),
  definitionHeaderHoles: inTemplate(
    'components[0].text',
    (n) => many(n, (i) => `{{${i + 1}}}`).join(' ') || 'x',
  ),
  definitionBody: inTemplate('components[0].text', x, { ...authentication, components: [{ type: 'BODY' }] }),
  definitionMarketingBody: inTemplate('components[1].text'),
  definitionFooter: inTemplate('components[2].text'),
  definitionButtons: inTemplate(buttonsPath, (n) =>
    many(n, (i) =>
      i < 2 ? { type: 'URL', text: `U${i}`, url: 'https://e.co' } : { type: 'QUICK_REPLY', text: `Q${i}` },
    ),
  ),
  buttonText: inTemplate(`${buttonsPath}[0].text`),
  buttonUrl: inTemplate(`${buttonsPath}[0].url`),
  buttonPhone: at(
    `${buttonsPath}[0].phone_number`,
    inTemplate(`${buttonsPath}[0]`, (n) => ({
      type: 'PHONE_NUMBER',
      text: 'L',
      phone_number: '5'.repeat(n),
    })),
  ),
  quickReplyButtons: buttonsOf((n) => ({ type: 'QUICK_REPLY', text: `Q${n}` })),
  urlButtons: buttonsOf((n) => ({ type: 'URL', text: `U${n}`, url: 'https://e.co' })),
  phoneButtons: buttonsOf(() => ({ type: 'PHONE_NUMBER', text: 'L', phone_number: '+57300' })),
  copyCodeButtons: buttonsOf(() => ({ type: 'COPY_CODE', example: 'X10' })),
  voiceCallButtons: buttonsOf(() => ({ type: 'VOICE_CALL', text: 'L' })),
  flowButtons: buttonsOf(() => ({ type: 'FLOW', text: 'F' })),
  singleButtons: buttonsOf(() => ({ type: 'CATALOG', text: 'C' })),
  copyCodeValue: at(
    `${buttonsPath}[0].example`,
    inTemplate(`${buttonsPath}[0]`, (n) => ({ type: 'COPY_CODE', example: x(n) })),
  ),
  offerText: inTemplate('components[0].limited_time_offer.text', x, offer),
  offerBody: inTemplate('components[1].text', x, offer),
  definitionCards: inTemplate('components[1].cards', (n) => many(n, () => cardOf(1)), carousel),
  definitionCardBody: inTemplate('components[1].cards[0].components[1].text', x, carousel),
  definitionCardButtons: {
    ...inTemplate('components[1].cards', (n) => [cardOf(n)], carousel),
    path: 'components[1].cards[0].components[2].buttons',
  },
  codeExpirationMinutes: {
    ...inTemplate('components[1].code_expiration_minutes', Number, authentication),
    floor: true,
  },
  supportedApps: inTemplate(
    'components[2].buttons[0].supported_apps',
    (n) => many(n, () => ({ package_name: 'a', signature_hash: x(11) })),
    authentication,
  ),
  packageName: inTemplate('components[2].buttons[0].supported_apps[0].package_name', x, authentication),
  signatureHash: {
    ...inTemplate('components[2].buttons[0].supported_apps[0].signature_hash', x, authentication),
    floor: true,
  },
  authenticationTtl: { ...inTemplate('message_send_ttl_seconds', Number, authentication), floor: true },
  utilityTtl: { ...inTemplate('message_send_ttl_seconds', Number), floor: true },
  marketingTtl: {
    ...inTemplate('message_send_ttl_seconds', Number, { ...template, category: 'MARKETING' }),
    floor: true,
  },

  profileAbout: { path: 'about', check: (n) => validateProfile({ about: x(n) }) },
  profileAddress: { path: 'address', check: (n) => validateProfile({ address: x(n) }) },
  profileDescription: { path: 'description', check: (n) => validateProfile({ description: x(n) }) },
  profileEmail: { path: 'email', check: (n) => validateProfile({ email: x(n) }) },
  profileWebsites: {
    path: 'websites',
    check: (n) => validateProfile({ websites: many(n, () => 'https://e.co') }),
  },
  profileWebsite: {
    path: 'websites[0]',
    check: (n) => validateProfile({ websites: [`https://e.co/${x(n - 13)}`] }),
  },
  qrMessage: { path: 'prefilled_message', check: (n) => validateQrCode({ prefilled_message: x(n) }) },
  qrCode: {
    path: 'code',
    check: (n) => validateQrCode({ prefilled_message: 'a', code: 'A'.repeat(n) }),
    floor: true,
  },
  iceBreakers: { path: 'prompts', check: (n) => validateAutomation({ prompts: many(n, () => 'a') }) },
  iceBreaker: { path: 'prompts[0]', check: (n) => validateAutomation({ prompts: [x(n)] }) },
  commands: {
    path: 'commands',
    check: (n) =>
      validateAutomation({ commands: many(n, () => ({ command_name: 'a', command_description: 'b' })) }),
  },
  commandName: {
    path: 'commands[0].command_name',
    check: (n) => validateAutomation({ commands: [{ command_name: x(n), command_description: 'b' }] }),
  },
  commandHint: {
    path: 'commands[0].command_description',
    check: (n) => validateAutomation({ commands: [{ command_name: 'a', command_description: x(n) }] }),
  },
  verifiedName: {
    path: 'verified_name',
    check: (n) => validateNewNumber({ verified_name: x(n), phone_number: '3001234567' }),
    floor: true,
  },
  pin: { path: 'pin', check: (n) => validatePin({ pin: '1'.repeat(n) }), floor: true },
  groupSubject: { path: 'subject', check: (n) => validateGroup({ subject: x(n) }) },
  groupDescription: { path: 'description', check: (n) => validateGroup({ subject: 'a', description: x(n) }) },
  groupParticipants: {
    path: 'participants',
    check: (n) => validateGroup({ subject: 'a', participants: many(n, () => ({ user: '57300' })) }),
  },
  blockedAtOnce: {
    path: 'block_users',
    check: (n) => validateBlocks({ block_users: many(n, () => ({ user: '573001234567' })) }),
  },
  analyticsTemplates: {
    path: 'template_ids',
    check: (n) => validateAnalytics({ template_ids: many(n, String) }),
  },
  templatesDeletedAtOnce: {
    path: 'hsm_ids',
    check: (n) => validateTemplateDeletion({ hsm_ids: many(n, String) }),
  },
  overrideUri: {
    path: 'override_callback_uri',
    check: (n) => validateOverride({ override_callback_uri: `https://e.co/${x(n - 13)}`, verify_token: 't' }),
  },

  imageBytes: file('image', 'image/png'),
  videoBytes: file('video', 'video/mp4'),
  audioBytes: file('audio', 'audio/ogg; codecs=opus'),
  documentBytes: file('document', 'application/pdf'),
  staticStickerBytes: file('sticker', 'image/webp'),
  animatedStickerBytes: file('sticker', 'image/webp', { animated: true }),
  gifBytes: file('video', 'video/mp4', { gif: true }),
}
probes.messageId = {
  path: 'context.message_id',
  check: (n) => validateSend({ ...valid('text'), context: { message_id: x(n) } }),
}
