import { type Blob, TooLarge } from '@palomar/blob'
import type { GraphClient } from '@palomar/cloud-api'
import type { Tokens } from '../credentials.ts'
import type { FileRow } from '../db/file-row.ts'
import { hexOf } from '../domain/announced.ts'
import { bareMimeType, fileBytesMax } from '../domain/kind.ts'
import type { Outcome } from '../domain/retry.ts'

export interface GetFileDeps {
  blob: Blob
  graph: Pick<GraphClient, 'getMedia' | 'downloadMedia'>
  tokens: Tokens
  graphVersion: string
  /** Until Graph answers, and until the first byte; silence inside a file is the client's to notice. */
  deadlineMs: number
}

/** An id that is not known: a fresh webhook may be ahead of the store behind it. */
const unknownTriesMax = 3
const mismatchTriesMax = 3

class Mismatch extends Error {}

/**
 * One try: Meta's id, then the address it stands for at this moment (good for five minutes, so each try asks for a new
 * one), then the bytes, streamed into the store under `key`. Nothing is stored unless its digest is the announced one.
 */
export async function getFile(
  row: FileRow,
  key: string,
  deps: GetFileDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { blob, graph, tokens } = deps
  const numberId = row.number_id ?? ''
  const token = await tokens.get(row.tenant_id, numberId)
  const call = { token, version: deps.graphVersion, deadlineMs: deps.deadlineMs, signal }
  const info = await graph.getMedia({ ...call, mediaId: row.meta_media_id })
  if (info.kind === 'error') {
    const { code, subcode, title } = info.error
    if (code === 190) tokens.drop(numberId)
    const reason = `Graph ${code}: ${title}`
    if (code === 100 && subcode === 33)
      return { kind: 'again', code: 'media_expired', reason, triesMax: unknownTriesMax }
    return { kind: 'again', code: 'media_not_stored', reason }
  }
  if (info.kind !== 'ok') return { kind: 'again', code: 'media_not_stored', reason: info.reason }
  const { url, mimeType, fileSize = 0 } = info.value
  if (fileSize > fileBytesMax) return { kind: 'never', code: 'media_too_large', reason: `${fileSize} bytes` }

  const expected = row.announced_sha256 || hexOf(info.value.sha256 ?? '')
  // With a digest the bytes speak for themselves; without one the type is all there is to compare.
  const isOther = expected === '' && mimeType !== '' && bareMimeType(mimeType) !== row.mime_type
  if (isOther) return mismatch(`the type is ${bareMimeType(mimeType) ?? 'none'}`)

  const download = await graph.downloadMedia({ ...call, url, bytesMax: fileBytesMax })
  switch (download.kind) {
    case 'file':
      break
    case 'expired':
      return { kind: 'again', code: 'media_expired', reason: 'the address was over' }
    case 'refused':
      tokens.drop(numberId)
      return { kind: 'again', code: 'media_not_stored', reason: `HTTP ${download.status}` }
    case 'too_large':
      return { kind: 'never', code: 'media_too_large', reason: `${download.size} bytes` }
    case 'untrusted':
      return { kind: 'again', code: 'media_not_stored', reason: `the address is on ${download.host}` }
    case 'failed':
      return { kind: 'again', code: 'media_not_stored', reason: download.reason }
  }
  try {
    const stored = await blob.put(key, download.bytes, {
      mimeType: row.mime_type,
      bytesMax: fileBytesMax,
      signal,
      check: ({ sizeBytes, sha256 }) => {
        if (sizeBytes === 0) throw new Mismatch('no bytes')
        if (expected !== '' && sha256 !== expected) throw new Mismatch('another digest')
      },
    })
    return { kind: 'stored', ...stored }
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'never', code: 'media_too_large', reason: error.message }
    if (error instanceof Mismatch) return mismatch(error.message)
    return {
      kind: 'again',
      code: 'media_not_stored',
      reason: error instanceof Error ? error.message : 'broken',
    }
  } finally {
    download.cancel()
  }
}

const mismatch = (reason: string): Outcome => ({
  kind: 'again',
  code: 'media_mismatch',
  reason,
  triesMax: mismatchTriesMax,
})
