/** A live frame as this gateway holds it: who may see it, and the text that goes out. */
import type { liveV1 } from '@palomar/contracts'

export interface Frame {
  readonly seq: number
  readonly tenantId: string
  readonly kind: string
  readonly permission: string
  /** Only this user's sockets; empty for everyone with the permission. */
  readonly userId: string
  readonly before: liveV1.Place | undefined
  readonly after: liveV1.Place | undefined
  /** The resource's id, for those who may no longer see it. */
  readonly resourceId: string
  readonly bytes: number
  /** `{"type":"event",…}`, made when the first socket needs it and the same for all. */
  text(cursorOf: (seq: number) => string): string
}

/** What an entry costs beside its payload. */
const overheadBytes = 400

export function frameOf(frame: liveV1.Frame, seq: number): Frame {
  const {
    kind,
    numberId,
    conversationId,
    payloadJson,
    permission,
    userId,
    before,
    after,
    header,
    publishedAt,
  } = frame
  let text: string | undefined
  return {
    seq,
    tenantId: header?.tenantId ?? '',
    kind,
    permission,
    userId,
    before,
    after,
    // A conversation is what moves between teams; other resources are never taken away from a viewer.
    resourceId: conversationId,
    bytes: payloadJson.length * 2 + overheadBytes,
    text(cursorOf) {
      // The payload is JSON already: parsing it to write it again would be most of the work.
      text ??= `{"type":"event","cursor":"${cursorOf(seq)}","kind":${JSON.stringify(kind)},"number_id":${textOrNull(numberId)},"conversation_id":${textOrNull(conversationId)},"at":${textOrNull((publishedAt ?? header?.time)?.toISOString() ?? '')},"data":${payloadJson || 'null'}}`
      return text
    },
  }
}

const textOrNull = (text: string) => (text === '' ? 'null' : JSON.stringify(text))
