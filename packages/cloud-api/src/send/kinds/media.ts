import type { Field } from '../field.ts'

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'gif'

/** Exactly one of an uploaded id and a link; `pages.imageMessages` */
export function checkMediaSource(media: Field): void {
  if (!media.object()) return
  const id = media.get('id')
  const link = media.get('link')
  if (id.isAbsent && link.isAbsent) {
    media.refuse('missing', `The parameter ${media.name} needs either id or link.`)
  } else if (!id.isAbsent && !link.isAbsent) {
    media.refuse('not_allowed', `Param ${media.name} must have either id or link, not both.`)
  }
  id.optional((field) => field.id('mediaId'))
  link.optional((field) => field.url('link'))
}

export function checkMedia(media: Field, kind: MediaKind): void {
  checkMediaSource(media)
  if (kind === 'audio' || kind === 'sticker') media.get('caption').forbidden(`on ${kind} messages`)
  else media.get('caption').optional((field) => field.text('caption'))
  if (kind === 'document') media.get('filename').optional((field) => field.text('filename'))
  if (kind === 'audio') media.get('voice').optional((field) => field.boolean())
}
