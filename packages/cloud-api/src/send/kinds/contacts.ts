import type { Field } from '../field.ts'

/** `pages.contactsMessages` */
export function checkContacts(contacts: Field): void {
  for (const card of contacts.array('contacts') ?? []) checkCard(card)
}

const nameParts = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix'] as const

function checkCard(card: Field): void {
  if (!card.object()) return
  const name = card.get('name')
  if (name.object()) {
    name.get('formatted_name').text('textBody')
    for (const part of nameParts) name.get(part).optional(isText)
    if (card.rules.contactNameParts === 'require' && nameParts.every((part) => name.get(part).isAbsent))
      name.refuse('missing', `Param ${name.name} needs a part beside formatted_name.`)
  }
  list(card.get('phones'), ['phone', 'type', 'wa_id'])
  list(card.get('emails'), ['email', 'type'])
  list(card.get('urls'), ['url', 'type'])
  list(card.get('addresses'), ['street', 'city', 'state', 'zip', 'country', 'country_code', 'type'])
  card.get('org').optional((org) => {
    if (org.object()) for (const part of ['company', 'department', 'title']) org.get(part).optional(isText)
  })
  card.get('birthday').optional((birthday) => {
    // Some callers send it empty.
    if (birthday.value !== '')
      birthday.matching('textBody', /^\d{4}-\d{2}-\d{2}$/, 'must be a date as YYYY-MM-DD')
  })
}

function list(field: Field, parts: string[]): void {
  field.optional(() => {
    for (const item of field.array() ?? [])
      if (item.object()) for (const part of parts) item.get(part).optional(isText)
  })
}

const isText = (field: Field): void => {
  if (typeof field.value !== 'string') field.refuse('wrong_type', `Param ${field.name} must be a string.`)
}
