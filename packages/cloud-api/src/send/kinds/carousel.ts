import type { Field } from '../field.ts'
import { checkCtaUrl, checkHeader, unique } from './interactive.ts'

/** `pages.mediaCarousels` */
export function checkCarousel(action: Field): void {
  const cards = action.get('cards').array('carouselCards') ?? []
  const shapes = new Set<string>()
  cards.forEach((card, i) => {
    if (!card.object()) return
    const index = card.get('card_index')
    const at = index.integer()
    if (at !== undefined && at !== i)
      index.refuse('malformed', `Param ${index.name} must be ${i}: cards count from 0.`)
    card.get('type').oneOf(['cta_url'])
    checkHeader(card.get('header'), ['image', 'video'])
    card.get('body').optional((body) => {
      if (!body.object()) return
      const text = body.get('text').text('cardBody')
      body.get('text').atMost((text ?? '').split('\n').length - 1, 'cardLineBreaks', 'line breaks')
    })
    shapes.add(checkCardAction(card.get('action')))
  })
  if (shapes.size > 1)
    action.get('cards').refuse('malformed', 'All cards must have the same kind and number of buttons.')
}

/** Checks a card's buttons, and says what they look like. */
function checkCardAction(action: Field): string {
  if (!action.object()) return ''
  const buttons = action.get('buttons')
  if (buttons.isAbsent) {
    checkCtaUrl(action)
    return 'cta_url'
  }
  const ids = new Set<string>()
  const list = buttons.array('cardButtons') ?? []
  for (const button of list) {
    if (!button.object()) continue
    button.get('type').oneOf(['quick_reply'])
    const reply = button.get('quick_reply')
    if (!reply.object()) continue
    reply.get('id').text('replyButtonId')
    unique(reply.get('id'), ids)
    reply.get('title').text('replyButtonTitle')
  }
  return `quick_reply ${list.length}`
}
