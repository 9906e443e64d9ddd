import { pages } from '../pages.ts'
import type { Field } from '../send/field.ts'
import { type Check, type CheckRules, checkObject } from './check.ts'

const verticals = [
  'UNDEFINED',
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
  // [?]
  'NOT_A_BIZ',
  'MATRIMONY_SERVICE',
] as const

/** `POST /{phone_number_id}/whatsapp_business_profile`; an empty text takes a field away, only `about` cannot be. */
export const validateProfile = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.profiles, rules, (root) => {
    root.get('about').optional((field) => field.text('profileAbout'))
    root.get('address').optional((field) => field.text('profileAddress'))
    root.get('description').optional((field) => field.text('profileDescription'))
    root.get('email').optional((field) => field.text('profileEmail'))
    root.get('vertical').optional((field) => field.value !== '' && field.oneOf(verticals))
    root.get('websites').optional((websites) => {
      for (const website of websites.array('profileWebsites') ?? []) website.url('profileWebsite')
    })
  })

/** `POST /{phone_number_id}/message_qrdls`. */
export const validateQrCode = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.qrCodes, rules, (root) => {
    root.get('prefilled_message').text('qrMessage')
    root.get('generate_qr_image').optional((field) => field.oneOf(['PNG', 'SVG']))
    root
      .get('code')
      .optional((field) => field.matching('qrCode', /^[A-Z2-7]+$/, 'may have A to Z and 2 to 7 only'))
  })

/** `POST /{phone_number_id}/conversational_automation`. */
export const validateAutomation = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.conversationalComponents, rules, (root) => {
    root.get('prompts').optional((prompts) => {
      for (const prompt of prompts.array('iceBreakers') ?? []) prompt.text('iceBreaker')
    })
    root.get('commands').optional((commands) => {
      for (const command of commands.array('commands') ?? []) {
        if (!command.object()) continue
        command.get('command_name').text('commandName')
        command.get('command_description').text('commandHint')
      }
    })
  })

/** `POST /{waba}/phone_numbers`. */
export const validateNewNumber = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.numbers, rules, (root) => {
    root.get('verified_name').text('verifiedName')
    root.get('phone_number').id('recipientPhone')
  })

/** `POST /{phone_number_id}/register`, and of the number itself: six digits. */
export const validatePin = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.twoStep, rules, (root) => {
    root.get('pin').matching('pin', /^\d+$/, 'must be six digits')
  })

/** `POST /{phone_number_id}/groups`. */
export const validateGroup = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.groups, rules, (root) => {
    root.get('subject').text('groupSubject')
    root.get('description').optional((field) => field.text('groupDescription'))
    root.get('join_approval_mode').optional((field) => field.oneOf(['auto_approve', 'approval_required']))
    root.get('participants').optional((field) => field.array('groupParticipants'))
  })

/** `POST` and `DELETE /{phone_number_id}/block_users`. */
export const validateBlocks = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.blocks, rules, (root) => {
    for (const item of root.get('block_users').array('blockedAtOnce') ?? [])
      if (item.object()) checkUser(item)
  })

function checkUser(item: Field): void {
  if (item.get('user_id').isAbsent) item.get('user').id('recipientPhone')
  else item.get('user_id').text('recipientUserId')
}

/** `POST /{waba}/subscribed_apps` with an address of its own. */
export const validateOverride = (body: unknown, rules: CheckRules = {}): Check =>
  checkObject(body, pages.webhookOverrides, rules, (root) => {
    root.get('override_callback_uri').url('overrideUri')
    root.get('verify_token').text('messageId')
  })

/** `DELETE /{waba}/message_templates?hsm_ids=[…]`. */
export const validateTemplateDeletion = (query: unknown, rules: CheckRules = {}): Check =>
  checkObject(query, pages.templates, rules, (root) => {
    for (const id of root.get('hsm_ids').array('templatesDeletedAtOnce') ?? []) id.id('mediaId')
  })

/** The templates of `GET /{waba}?fields=template_analytics…`. */
export const validateAnalytics = (query: unknown, rules: CheckRules = {}): Check =>
  checkObject(query, pages.analytics, rules, (root) => {
    root.get('template_ids').optional((ids) => {
      for (const id of ids.array('analyticsTemplates') ?? []) id.id('mediaId')
    })
  })
