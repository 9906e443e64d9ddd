import { isBsuid } from '../people/bsuid.ts'
import type { Field } from './field.ts'
import type { SendType } from './message.ts'

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
  'product_policy',
  'message_activity_sharing',
  'bid_spec',
  'messaging_account_id',
])

/** Checks what all messages share; the type, when it is one that exists. */
export function checkEnvelope(
  root: Field,
  types: readonly SendType[],
  unknownFields: 'refuse' | 'allow',
): SendType | undefined {
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
  if (unknownFields === 'refuse') refuseUnknown(root, types)
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

function checkDirectSend(root: Field, type: SendType | undefined): void {
  const category = root.get('category')
  category.optional(() => {
    category.oneOf(['utility', 'authentication', 'service', 'marketing'])
    if (type === 'template') category.forbidden('on template messages')
  })
  const ttl = root.get('ttl_seconds')
  ttl.optional(() => {
    if (category.value === 'utility') ttl.integer('directSendUtilityTtl')
    else if (category.value === 'authentication') ttl.integer('directSendAuthenticationTtl')
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

function refuseUnknown(root: Field, types: readonly SendType[]): void {
  for (const key of Object.keys(root.value as object)) {
    if (envelopeFields.has(key) || types.some((type) => type === key)) continue
    const field = root.get(key)
    field.refuse('unknown_field', `Param ${field.name.slice(0, 80)} is not a parameter of this endpoint.`)
  }
}
