import { CallError } from '#lib/client.ts'
import { byteSize, kindBytesMax, kindOf, type MediaKind, uploadFile } from '#lib/media.ts'
import { m } from '#lib/paraglide/messages.js'
import { getLocale } from '#lib/paraglide/runtime.js'
import { problemWord } from '#lib/words.ts'
import { kindWord } from './body.ts'

export interface Attachment {
  id: string
  name: string
  kind: MediaKind
  size: number
  /** For showing it at once; freed when the attachment goes. */
  preview: string
  progress: number
  /** med_…, once it is uploaded. */
  mediaId: string
  /** Why it was not. */
  problem: string
  /** One key per message: pressing twice, or again after a lost answer, sends it once. */
  key: string
}

/** Meta sends one file per message; more than this is a mistake of the hand. */
const attachmentsMax = 10

/** The files that the composer is about to send: checked, uploaded while the person writes, cancelled when taken away. */
export class Attachments {
  items = $state<Attachment[]>([])
  /** What could not be taken, in words. */
  refusals = $state<string[]>([])
  isReady = $derived(this.items.length > 0 && this.items.every((item) => item.mediaId !== ''))
  isUploading = $derived(this.items.some((item) => item.mediaId === '' && item.problem === ''))
  readonly #uploads = new Map<string, AbortController>()

  add(files: Iterable<File>): void {
    this.refusals = []
    for (const file of files) {
      const refusal = this.#refusalOf(file)
      if (refusal) this.refusals.push(refusal)
      else this.#take(file, kindOf(file.type) as MediaKind)
    }
  }

  remove(id: string): void {
    this.#uploads.get(id)?.abort()
    this.#uploads.delete(id)
    const item = this.items.find((held) => held.id === id)
    if (item?.preview) URL.revokeObjectURL(item.preview)
    this.items = this.items.filter((held) => held.id !== id)
  }

  clear(): void {
    for (const { id } of [...this.items]) this.remove(id)
    this.refusals = []
  }

  #refusalOf(file: File): string | undefined {
    const name = file.name || m.media_file()
    const kind = kindOf(file.type)
    if (this.items.length >= attachmentsMax) return m.attachment_too_many({ max: attachmentsMax })
    if (!kind) return m.attachment_wrong_type({ name })
    if (file.size === 0) return m.attachment_empty({ name })
    if (file.size <= kindBytesMax[kind]) return undefined
    const max = byteSize(kindBytesMax[kind], getLocale())
    return m.attachment_too_large({ name, kind: kindWord(kind), max })
  }

  #take(file: File, kind: MediaKind): void {
    const id = crypto.randomUUID()
    const isSeen = kind === 'image' || kind === 'sticker' || kind === 'video'
    const preview = isSeen ? URL.createObjectURL(file) : ''
    const named = { id, name: file.name || m.media_file(), kind, size: file.size, preview }
    this.items.push({ ...named, progress: 0, mediaId: '', problem: '', key: crypto.randomUUID() })
    const controller = new AbortController()
    this.#uploads.set(id, controller)
    const change = (of: Partial<Attachment>) => {
      this.items = this.items.map((held) => (held.id === id ? { ...held, ...of } : held))
    }
    uploadFile(file, { signal: controller.signal, onProgress: (progress) => change({ progress }) })
      .then((media) => change({ mediaId: media.id, progress: 1 }))
      .catch((error: unknown) => {
        if (controller.signal.aborted) return
        const problem = error instanceof CallError ? error.problem : { status: 0, code: 'unavailable' }
        change({ problem: problem.errors?.[0]?.detail ?? problemWord(problem) })
      })
      .finally(() => this.#uploads.delete(id))
  }
}
