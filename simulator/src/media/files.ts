import { titleOf } from '@palomar/cloud-api'
import type { StatusError } from '../delivery/values.ts'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Media } from '../world/media.ts'
import type { ChatMessage, PhoneNumber } from '../world/types.ts'
import { unfitFor } from './fit.ts'
import { Links } from './links.ts'
import { type NamedFile, withKept } from './named-files.ts'

/** What of a send concerns its files; to a person or to a group. */
interface Carrier {
  number: PhoneNumber
  shown: Pick<ChatMessage, 'content' | 'template'>
  failure?: StatusError
}

/** The files of outbound messages: uploads that must be there and fit, links that Meta fetches after its answer. */
export class Files {
  readonly #links: Links
  readonly #pending = new Set<Promise<void>>()

  constructor(readonly simulation: Simulation) {
    const { world, settings } = simulation
    this.#links = new Links(world.clock, world.media, settings)
  }

  /** Meta knows at once whether an id is one of the sender's. */
  refusalOf(number: PhoneNumber, files: readonly NamedFile[]): Response | undefined {
    if (this.simulation.settings.unknownMedia === 'status') return undefined
    const missing = files.find(({ id }) => id !== undefined && !this.#upload(number, id))
    if (!missing) return undefined
    return graphError({
      code: 100,
      title: 'Invalid parameter',
      details: `Media id ${missing.id} does not exist, is over, or belongs to another phone number.`,
    })
  }

  /**
   * Sees to a message's files, then lets it go on by `proceed`: at once when there is no link, else when all have been
   * fetched; one that does not come or does not fit fails the message.
   */
  prepare(send: Carrier, files: readonly NamedFile[], proceed: () => void): void {
    for (const file of files) {
      const problem = this.#problemOfUpload(send.number, file)
      if (problem) send.failure ??= problem
    }
    const links = files.flatMap((file) => (file.link === undefined ? [] : [{ ...file, link: file.link }]))
    if (send.failure || links.length === 0) {
      proceed()
      return
    }
    const work = this.#fetchAll(send, links).then(() => {
      this.#pending.delete(work)
      proceed()
    })
    this.#pending.add(work)
  }

  /** Resolves when every link has been fetched or given up. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  async #fetchAll(send: Carrier, files: readonly (NamedFile & { link: string })[]): Promise<void> {
    const { settings } = this.simulation
    const kept = new Map<string, string>()
    for (const file of files) {
      const linked = await this.#links.find(file.link, send.number.id)
      if (linked.kind === 'file') {
        kept.set(file.link, linked.file.mediaId)
        const unfit = unfitFor(file, linked.file)
        if (unfit) send.failure ??= failureFor(unfit, settings.linkFailure)
      } else if (linked.kind === 'failed') send.failure ??= failureFor(linked.reason, settings.linkFailure)
      else if (settings.otherLinks === 'failed')
        send.failure ??= failureFor('This host is not fetched here: see linkHosts.', settings.linkFailure)
    }
    if (kept.size === 0) return
    const { shown } = send
    shown.content = withKept(shown.content, kept)
    if (shown.template) shown.template = withKept(shown.template, kept) as typeof shown.template
  }

  #problemOfUpload(number: PhoneNumber, file: NamedFile): StatusError | undefined {
    if (file.id === undefined) return undefined
    const media = this.#upload(number, file.id)
    if (!media) return failureFor(`Media id ${file.id} does not exist.`, '131053')
    const { mimeType, size, bytes } = media
    const unfit = unfitFor(file, { mimeType, size, head: bytes })
    return unfit === undefined ? undefined : failureFor(unfit, '131053')
  }

  #upload(number: PhoneNumber, id: string): Media | undefined {
    const { media, numbers } = this.simulation.world
    const found = media.get(id)
    if (!found || found.phoneNumberId === number.id) return found
    const isAccounts = numbers.get(found.phoneNumberId)?.wabaId === number.wabaId
    return isAccounts && this.simulation.settings.mediaScope === 'account' ? found : undefined
  }
}

const failureFor = (details: string, code: string): StatusError => ({
  code: Number(code),
  title: titleOf(Number(code)),
  details,
})
