/** Meta's webhook bodies, as the programs of subscribers know them. */

/** What a test sends: a webhook in which nothing happened. */
export const emptyBody = '{"object":"whatsapp_business_account","entry":[]}'

/** A body that holds this one change. Everything of the change is as Meta wrote it, but for our tracker. */
export function metaBody(change: { entryId: string; entryTime: Date | undefined; raw: string }): string {
  const { entryId, entryTime, raw } = change
  const time = entryTime === undefined ? '' : `"time":${Math.floor(entryTime.getTime() / 1000)},`
  const entry = `{"id":${JSON.stringify(entryId)},${time}"changes":[${withoutTracker(raw)}]}`
  return `{"object":"whatsapp_business_account","entry":[${entry}]}`
}

/**
 * A name of the object with its value, and the comma on either side. Inside a text of JSON's a quotation mark is escaped, so no
 * message that quotes this can match.
 */
const tracker = /(,\s*)?"biz_opaque_callback_data"\s*:\s*("(?:[^"\\]|\\.)*")(\s*,)?/g
const ours = /^msg_[0-7][0-9a-hjkmnp-tv-z]{25}~[1-9][0-9]{0,8}(?:\||$)/

/**
 * With the caller's own value in place of `msg_…~n|value`, or without any where he gave none (CONTRACTS 18). What is not of our
 * form is his, or another's, and stays.
 */
export function withoutTracker(raw: string): string {
  return raw.replace(tracker, (whole, before = '', text: string, after = '') => {
    const value = JSON.parse(text) as string
    const own = ours.exec(value)
    if (!own) return whole
    const his = value.slice(own[0].length)
    if (own[0].endsWith('|') && his !== '')
      return `${before}"biz_opaque_callback_data":${JSON.stringify(his)}${after}`
    return before !== '' && after !== '' ? ',' : ''
  })
}
