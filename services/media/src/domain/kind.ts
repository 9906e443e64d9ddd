/** What Meta takes, by kind: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
export const mediaKinds = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type MediaKind = (typeof mediaKinds)[number]

const MiB = 1024 * 1024

/** In bytes. A static sticker may have 100 KB only; which it is Meta sees, so the wider limit stands here. */
export const kindBytesMax: Readonly<Record<MediaKind, number>> = {
  image: 5 * MiB,
  video: 16 * MiB,
  audio: 16 * MiB,
  document: 100 * MiB,
  sticker: 500 * 1024,
}

/** Nothing larger passes in either direction. */
export const fileBytesMax = 100 * MiB

const kinds = new Map<string, MediaKind>([
  ['image/jpeg', 'image'],
  ['image/png', 'image'],
  ['image/webp', 'sticker'],
  ['video/mp4', 'video'],
  ['video/3gpp', 'video'],
  ['audio/aac', 'audio'],
  ['audio/amr', 'audio'],
  ['audio/mpeg', 'audio'],
  ['audio/mp4', 'audio'],
  ['audio/ogg', 'audio'],
])

/** `type/subtype` in lower case, without parameters; undefined when it is none. */
export function bareMimeType(text: string): string | undefined {
  const bare = text.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,127}$/.test(bare) ? bare : undefined
}

/**
 * As what a file of this type can be sent; undefined when Meta takes no such image, video or audio. Types that Meta's
 * page does not list pass as documents: in practice they do [?], and then Meta says no rather than we.
 */
export function kindOf(mimeType: string): MediaKind | undefined {
  const bare = bareMimeType(mimeType)
  if (bare === undefined) return undefined
  const known = kinds.get(bare)
  if (known) return known
  return /^(image|video|audio|multipart)\//.test(bare) ? undefined : 'document'
}

export const isMediaKind = (text: string): text is MediaKind =>
  (mediaKinds as readonly string[]).includes(text)
