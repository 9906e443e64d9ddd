import type { LimitName } from '../limits/limits.ts'
import type { Field } from '../send/field.ts'
import { holesIn } from '../template/definition.ts'

/** How many of a kind a template may have; kinds without a row of their own stand alone. */
const mostOf: Readonly<Record<string, LimitName>> = {
  QUICK_REPLY: 'quickReplyButtons',
  URL: 'urlButtons',
  PHONE_NUMBER: 'phoneButtons',
  COPY_CODE: 'copyCodeButtons',
  VOICE_CALL: 'voiceCallButtons',
  FLOW: 'flowButtons',
  OTP: 'singleButtons',
  CATALOG: 'singleButtons',
  MPM: 'singleButtons',
  SPM: 'singleButtons',
  APP: 'singleButtons',
  REQUEST_CONTACT_INFO: 'singleButtons',
  CALL_PERMISSION_REQUEST: 'singleButtons',
  ORDER_DETAILS: 'singleButtons',
}
const kinds = Object.keys(mostOf)

/** Their text is Meta's own. */
const withoutText = new Set(['OTP', 'COPY_CODE', 'REQUEST_CONTACT_INFO', 'CALL_PERMISSION_REQUEST', 'APP'])

/** Checks a BUTTONS component, and says which kinds it has. */
export function checkButtons(component: Field, limit: LimitName): string[] {
  const list = component.get('buttons')
  const types = (list.array(limit) ?? []).map((button) => (button.object() ? checkButton(button) : ''))
  for (const [kind, most] of Object.entries(mostOf))
    list.atMost(types.filter((type) => type === kind).length, most, `buttons of type ${kind}`)
  checkGroups(list, types)
  return types
}

/** Quick replies stand together: before the others or after them. */
function checkGroups(list: Field, types: readonly string[]): void {
  const turns = types.filter(
    (type, i) => (type === 'QUICK_REPLY') !== (types[i - 1] === 'QUICK_REPLY') && i > 0,
  )
  if (turns.length > 1)
    list.refuse('malformed', `Param ${list.name}: quick replies must stand together.`, { code: 100 })
}

function checkButton(button: Field): string {
  const { value } = button.get('type')
  const type = typeof value === 'string' ? value.toUpperCase() : ''
  if (!kinds.includes(type)) {
    button.get('type').oneOf(kinds)
    return ''
  }
  const text = button.get('text')
  if (!withoutText.has(type) || !text.isAbsent) text.text('buttonText')
  if (type === 'URL') checkUrl(button)
  if (type === 'PHONE_NUMBER') button.get('phone_number').text('buttonPhone')
  if (type === 'COPY_CODE') button.get('example').optional((example) => checkExample(example))
  if (type === 'OTP') checkOtp(button)
  return type
}

function checkUrl(button: Field): void {
  const url = button.get('url')
  const text = url.text('buttonUrl')
  if (text === undefined) return
  const holes = holesIn(text)
  if (holes.length > 1 || (holes.length === 1 && !/\}\}$/.test(text)))
    url.refuse('malformed', `Param ${url.name} may have one variable, at its end.`, { code: 100 })
  if (holes.length === 1 && button.get('example').isAbsent) button.get('example').missing()
}

function checkExample(example: Field): void {
  if (Array.isArray(example.value)) for (const one of example.array() ?? []) one.text('copyCodeValue')
  else example.text('copyCodeValue')
}

function checkOtp(button: Field): void {
  const { value } = button.get('otp_type')
  const word = typeof value === 'string' ? value.toUpperCase() : value
  const types = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP']
  if (!types.some((each) => each === word)) button.get('otp_type').oneOf(types)
  button.get('supported_apps').optional((apps) => {
    for (const app of apps.array('supportedApps') ?? []) {
      if (!app.object()) continue
      app.get('package_name').text('packageName')
      app.get('signature_hash').text('signatureHash')
    }
  })
}
