import { type FileKind, mediaTypes, validateFile } from '@palomar/cloud-api'
import type { Media } from '../world/media.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import { type Call, tokenOf } from './call.ts'

/** The `Content-Type` of the part called file: Bun's own form keeps it only where the file's name says the same. */
function typeOfPart(body: Buffer): string {
  const at = body.indexOf('name="file"')
  const head = at < 0 ? '' : body.subarray(at, at + 1_000).toString('latin1')
  const end = head.indexOf('\r\n\r\n')
  return /\r\ncontent-type:\s*([^\r\n]+)/i.exec(head.slice(0, end < 0 ? undefined : end))?.[1]?.trim() ?? ''
}

/** What a file can be sent as; anything that has no kind of its own is a document. */
function kindOf(mimeType: string): FileKind {
  const type = mimeType.split(';')[0]?.trim().toLowerCase() ?? ''
  const known = Object.entries(mediaTypes).find(([, types]) => types.includes(type))?.[0] as
    | FileKind
    | undefined
  if (known) return known
  const [top] = type.split('/')
  return top === 'image' || top === 'video' || top === 'audio' ? top : 'document'
}

/** POST /{phone-number-id}/media, a multipart form. */
export async function uploadMedia({ simulation, request, id, url }: Call): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer())
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  const form = await new Response(body, { headers }).formData().catch(() => undefined)
  const file = form?.get('file')
  // Graph takes a parameter in the query as well; whatsapp-api-js does it so (lib/index.js, uploadMedia).
  const product = form?.get('messaging_product') ?? url.searchParams.get('messaging_product')
  if (product !== 'whatsapp' || !(file instanceof File)) {
    return graphError({ code: 100, details: 'messaging_product and file are required' })
  }
  const type = form?.get('type')
  // Some clients name Meta's kind here (`image`) and the MIME type at the file.
  const mimeType = typeof type === 'string' && type.includes('/') ? type : typeOfPart(body)
  const checked = validateFile(
    { kind: kindOf(mimeType), mime_type: mimeType, size: file.size, animated: true },
    { otherDocuments: 'allow' },
  )
  if (!checked.ok) {
    return graphError({ code: checked.code, details: checked.errors.map(({ detail }) => detail).join(' ') })
  }
  const media = simulation.world.media.add(id, mimeType, new Uint8Array(await file.arrayBuffer()), 30)
  return graphJson({ id: media.id })
}

/** GET /{media-id}: where the bytes are, for five minutes. */
export function mediaNode({ simulation, id, url }: Call): Response {
  const media = simulation.world.media.get(id)
  if (!media || isGuarded(media, url)) return unknownObject(id)
  return graphJson({
    messaging_product: 'whatsapp',
    url: mediaUrl(media, url.origin, simulation.mediaEndsAt()),
    mime_type: media.mimeType,
    sha256: media.sha256,
    file_size: media.size,
    id,
  })
}

/** `?phone_number_id=` asks for the file only if it is that number's. */
const isGuarded = ({ phoneNumberId }: Media, url: URL): boolean =>
  (url.searchParams.get('phone_number_id') ?? phoneNumberId) !== phoneNumberId

export function deleteMedia({ simulation, id, url }: Call): Response {
  const media = simulation.world.media.get(id)
  if (!media || isGuarded(media, url)) return unknownObject(id)
  simulation.world.media.delete(id)
  return graphJson({ success: true })
}

export const mediaUrl = (media: Media, origin: string, expiresAt: number): string =>
  `${origin}/media/?mid=${media.id}&ext=${Math.floor(expiresAt / 1000)}`

/** The bytes, for whoever has the token, until the address expires. */
export function mediaBytes({ simulation, request, url }: Omit<Call, 'id' | 'rest'>): Response {
  const media = simulation.world.media.get(url.searchParams.get('mid') ?? '')
  const isOver = Number(url.searchParams.get('ext')) * 1000 < simulation.now()
  const token = simulation.world.tokens.find(tokenOf(request, url) ?? '')
  if (!token || simulation.world.tokens.isExpired(token)) return new Response('', { status: 401 })
  if (!media || media.bytes.length < media.size || isOver || !token.nodes.has(media.phoneNumberId))
    return new Response('', { status: 404 })
  return new Response(Uint8Array.from(media.bytes), { headers: { 'content-type': media.mimeType } })
}
