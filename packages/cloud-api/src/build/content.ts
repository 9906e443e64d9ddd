import type { ContactCard, MediaSend, SendContent, SendMessage } from '../send/message.ts'
import { type BuildOptions, envelope, type Recipient } from './envelope.ts'

/**
 * Messages as plain objects, in the shape `validateSend` checks and Graph takes. They fill in what is always the same, and
 * check nothing.
 */
export type MediaSource = { id: string } | { link: string }

const message = <C extends SendContent>(whom: Recipient, content: C, options?: BuildOptions) => ({
  ...envelope(whom, options),
  ...content,
})

export const text = (whom: Recipient, body: string, options: BuildOptions & { previewUrl?: boolean } = {}) =>
  message(
    whom,
    {
      type: 'text',
      text: { body, ...(options.previewUrl === undefined ? {} : { preview_url: options.previewUrl }) },
    },
    options,
  )

const captioned = (source: MediaSource, caption: string | undefined): MediaSend => ({
  ...source,
  ...(caption === undefined ? {} : { caption }),
})

export type Captioned = BuildOptions & { caption?: string }

export const image = (whom: Recipient, source: MediaSource, options: Captioned = {}) =>
  message(whom, { type: 'image', image: captioned(source, options.caption) }, options)

export const video = (whom: Recipient, source: MediaSource, options: Captioned = {}) =>
  message(whom, { type: 'video', video: captioned(source, options.caption) }, options)

export const document = (
  whom: Recipient,
  source: MediaSource,
  options: Captioned & { filename?: string } = {},
) =>
  message(
    whom,
    {
      type: 'document',
      document: {
        ...captioned(source, options.caption),
        ...(options.filename === undefined ? {} : { filename: options.filename }),
      },
    },
    options,
  )

export const audio = (whom: Recipient, source: MediaSource, options?: BuildOptions) =>
  message(whom, { type: 'audio', audio: { ...source } }, options)

/** Shown as recorded in the chat: an .ogg file with Opus. */
export const voice = (whom: Recipient, source: MediaSource, options?: BuildOptions) =>
  message(whom, { type: 'audio', audio: { ...source, voice: true } }, options)

export const sticker = (whom: Recipient, source: MediaSource, options?: BuildOptions) =>
  message(whom, { type: 'sticker', sticker: { ...source } }, options)

export const location = (
  whom: Recipient,
  place: { latitude: number; longitude: number; name?: string; address?: string },
  options?: BuildOptions,
) => message(whom, { type: 'location', location: place }, options)

export const contacts = (whom: Recipient, cards: ContactCard[], options?: BuildOptions) =>
  message(whom, { type: 'contacts', contacts: cards }, options)

/** An empty emoji takes it back. */
export const reaction = (whom: Recipient, messageId: string, emoji: string, options?: BuildOptions) =>
  message(whom, { type: 'reaction', reaction: { message_id: messageId, emoji } }, options)

/** Makes a Direct Send of a message: a template that nobody had to create. */
export const directSend = <M extends SendMessage>(
  sent: M,
  category: 'utility' | 'authentication',
  options: { templateName?: string; ttlSeconds?: number } = {},
) => ({
  ...sent,
  category,
  ...(options.templateName === undefined
    ? {}
    : { direct_send_config: { template_name: options.templateName } }),
  ...(options.ttlSeconds === undefined ? {} : { ttl_seconds: options.ttlSeconds }),
})
