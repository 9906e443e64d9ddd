import { filesIn, mayNameFiles } from '../domain/media-ids.ts'
import { refusal } from '../domain/refusal.ts'
import type { AcceptDeps, Judged } from './accept-messages.ts'

/**
 * A file that is not the company's is refused as one that is not there, where it is named. The question also starts the
 * uploads, so that Meta has the file when the message's turn comes. Media away: accept, decide at the attempt.
 */
export async function refuseMissingFiles(
  { files, logger }: Pick<AcceptDeps, 'files' | 'logger'>,
  tenantId: string,
  judged: Judged[],
): Promise<Judged[]> {
  const named = judged.flatMap((one, at) => {
    if ('refused' in one) return []
    const { item } = one
    if (!mayNameFiles({ type: item.type, content: item.contentJson })) return []
    return filesIn(JSON.parse(item.contentJson)).map((file) => ({ at, file, numberId: item.numberId }))
  })
  if (named.length === 0) return judged
  const answers = await files
    .resolve(
      named.map(({ file, numberId }) => ({ tenantId, numberId, mediaId: file.uuid })),
      0,
    )
    .catch((error: unknown) => {
      logger.warn('media cannot say whether files are there, decided at the attempt', {
        files: named.length,
        error,
      })
      return undefined
    })
  if (!answers) return judged
  const after = [...judged]
  for (const [i, { at, file }] of named.entries()) {
    const { refusalCode = '', detail = '' } = answers[i] ?? {}
    if (refusalCode === '') continue
    const says =
      refusalCode === 'not_found' ? 'There is no such file.' : detail || refusal(refusalCode).detail
    after[at] = { refused: refusal('validation_failed', { field: file.path, detail: says }) }
  }
  return after
}
