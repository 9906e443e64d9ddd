import type { Field } from '../field.ts'

/** An empty emoji takes the reaction back. `pages.reactionMessages` */
export function checkReaction(reaction: Field): void {
  if (!reaction.object()) return
  reaction.get('message_id').text('messageId')
  const emoji = reaction.get('emoji')
  // Only here is the empty text a value.
  if (emoji.value === '') return
  const text = emoji.text('reactionEmoji')
  if (text === undefined || isOneEmoji(text)) return
  emoji.refuse('malformed', `Param ${emoji.name} must be one emoji.`)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const pictograph = /\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*0-9]\ufe0f?\u20e3/u

function isOneEmoji(text: string): boolean {
  // Callers may also write the escape itself.
  const shown = text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return pictograph.test(shown) && [...graphemes.segment(shown)].length === 1
}
