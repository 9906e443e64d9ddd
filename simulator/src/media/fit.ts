import { type FileKind, validateFile } from '@palomar/cloud-api'

/** Why bytes cannot be sent as that kind, in words; undefined when they can. Meta's limits: see packages/cloud-api. */
export function unfitFor(
  { kind, isGif }: { kind: FileKind; isGif: boolean },
  file: { mimeType: string; size: number; head: Uint8Array },
): string | undefined {
  const checked = validateFile(
    {
      kind,
      mime_type: file.mimeType,
      size: file.size,
      // Of bytes that are no longer there the better is thought.
      animated: file.head.length === 0 || isAnimatedWebp(file.head),
      // A larger one is shown as a video.
      gif: isGif && file.size <= 3.5 * 1024 * 1024,
    },
    { otherDocuments: 'allow' },
  )
  if (!checked.ok) return checked.errors.map(({ detail }) => detail).join(' ')
  return isOggWithoutOpus(file) ? 'Audio in an ogg container must be OPUS.' : undefined
}

/** The animation flag of an extended WebP file. Source: Google, "WebP Container Specification". */
const isAnimatedWebp = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(8, 16)).toString('latin1') === 'WEBPVP8X' && ((head[20] ?? 0) & 0x02) !== 0

/** Only where it really is an ogg container: the first page names its codec. */
function isOggWithoutOpus({ mimeType, head }: { mimeType: string; head: Uint8Array }): boolean {
  if (!mimeType.startsWith('audio/ogg')) return false
  const text = Buffer.from(head.subarray(0, 64)).toString('latin1')
  return text.startsWith('OggS') && !text.includes('OpusHead')
}
