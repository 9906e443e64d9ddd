import { isBsuid } from '../people/bsuid.ts'
import type { Field } from './field.ts'
import type { SendType } from './message.ts'

/** Only `POST /{phone_number_id}/marketing_messages` takes these. */
const marketingFields = ['product_policy', 'message_activity_sharing', 'bid_spec'] as const

/** Top-level fields beside the type's own object. */
const envelopeFields = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'context',
  'biz_opaque_callback_data',
  'recipient_identity_key_hash',
  'category',
  'direct_send_config',
  'ttl_seconds',
  ...marketingFields,
  'messaging_account_id',
])

/** Checks what all messages share; the type, when it is one that exists. */
export function checkEnvelope(root: Field, types: readonly SendType[]): SendType | undefined {
  root.get('messaging_product').oneOf(['whatsapp'])
  root.get('recipient_type').optional((field) => field.oneOf(['individual', 'group']))
  checkRecipient(root)
  // Meta takes a body without type for a text.
  const typeField = root.get('type')
  const type = typeField.isAbsent ? 'text' : typeField.oneOf(types)
  root.get('context').optional((context) => {
    if (type === 'reaction') context.forbidden('on reactions: they name their message themselves')
    else if (context.object()) context.get('message_id').text('messageId')
  })
  root.get('biz_opaque_callback_data').optional((field) => field.text('callbackData'))
  root.get('recipient_identity_key_hash').optional((field) => field.text('identityKeyHash'))
  checkDirectSend(root, type)
  checkEndpoint(root, type)
  if (type !== undefined) checkGroup(root, type)
  if (root.rules.unknownFields !== 'allow') refuseUnknown(root, types)
  return type
}

function checkRecipient(root: Field): void {
  const to = root.get('to')
  const recipient = root.get('recipient')
  if (to.isAbsent && recipient.isAbsent) return void to.missing()
  to.optional(() => {
    if (root.get('recipient_type').value === 'group') return void to.text('messageId')
    if (typeof to.value === 'number' && Number.isSafeInteger(to.value) && to.value > 0) return
    const text = to.text('recipientPhone')
    if (text !== undefined && !isDialable(text))
      to.refuse('malformed', `Param ${to.name} must be a phone number with its country code.`)
  })
  recipient.optional(() => {
    const text = recipient.text('recipientUserId')
    if (text !== undefined && !isBsuid(text))
      recipient.refuse(
        'malformed',
        `Param ${recipient.name} must be a business-scoped user id such as US.1a2B3c.`,
      )
  })
}

/** Digits with the decoration that Meta takes off; a 00 prefix it does not understand. */
function isDialable(text: string): boolean {
  const digits = text.replace(/[\s().+-]/g, '')
  return /^\+?[\d\s().-]+$/.test(text.trim()) && /^[1-9]\d{4,19}$/.test(digits)
}

/** Text, media and templates. `pages.groupMessages` */
const groupTypes: ReadonlySet<SendType> = new Set([
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'template',
])

function checkGroup(root: Field, type: SendType): void {
  if (root.get('recipient_type').value !== 'group' || groupTypes.has(type)) return
  const field = root.get('type')
  field.refuse('not_one_of', `Param ${field.name}: ${type} messages cannot go to a group.`, { code: 131051 })
}

function checkEndpoint(root: Field, type: SendType | undefined): void {
  if (root.rules.endpoint !== 'marketing_messages') {
    for (const name of marketingFields)
      root.get(name).forbidden('here: it is for marketing_messages only', 100)
    return
  }
  if (type !== undefined && type !== 'template')
    root.get('type').refuse('not_one_of', 'Only marketing templates can be sent here.', { code: 134100 })
  root.get('product_policy').optional((field) => field.oneOf(['CLOUD_API_FALLBACK', 'STRICT']))
  root.get('message_activity_sharing').optional((field) => field.boolean())
  root.get('bid_spec').optional((field) => {
    if (field.object()) field.get('per_message_bid_multiplier').optional((bid) => bid.number())
  })
}

/** What may go out as a template that Meta makes itself. `pages.directSend` */
const directSendKinds = {
  utility: { types: ['text', 'interactive'], interactive: ['button', 'cta_url', 'voice_call'] },
  authentication: { types: ['text'], interactive: [] },
} as const

function checkDirectSend(root: Field, type: SendType | undefined): void {
  const category = root.get('category')
  const word = category.isAbsent ? undefined : category.oneOf(['utility', 'authentication', 'service'])
  if (type === 'template') category.forbidden('on template messages')
  else if (type !== undefined && (word === 'utility' || word === 'authentication'))
    checkDirectSendKind(root, type, word)
  const ttl = root.get('ttl_seconds')
  ttl.optional(() => {
    if (word === 'utility') ttl.integer('directSendUtilityTtl', 100)
    else if (word === 'authentication') ttl.integer('directSendAuthenticationTtl', 100)
    else ttl.refuse('not_allowed', 'Param ttl_seconds is for Direct Send messages only.', { code: 100 })
  })
  const config = root.get('direct_send_config')
  config.optional(() => {
    if (config.object())
      config
        .get('template_name')
        .optional((name) =>
          name.matching('templateName', /^[a-z0-9_]+$/, 'may have lower-case letters, digits and _ only'),
        )
  })
}

function checkDirectSendKind(root: Field, type: SendType, word: 'utility' | 'authentication'): void {
  const { types, interactive } = directSendKinds[word]
  const kind = root.get('interactive').get('type')
  const isKind = interactive.some((each) => each === kind.value)
  if (!types.some((each) => each === type) || (type === 'interactive' && !isKind)) {
    const field = type === 'interactive' ? kind : root.get('type')
    field.refuse('not_one_of', `Param ${field.name} cannot be sent with the category ${word}.`, { code: 100 })
  }
  // Its code could not be filled in for someone whose phone nobody knows.
  if (word === 'authentication' && root.get('to').isAbsent)
    root.get('recipient').forbidden('with the category authentication: it needs a phone number', 131062)
}

function refuseUnknown(root: Field, types: readonly SendType[]): void {
  for (const key of Object.keys(root.value as object)) {
    if (envelopeFields.has(key) || types.some((type) => type === key)) continue
    const field = root.get(key)
    field.refuse('unknown_field', `Param ${field.name.slice(0, 80)} is not a parameter of this endpoint.`)
  }
}
