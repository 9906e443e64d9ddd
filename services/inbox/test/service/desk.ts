import { expect } from 'bun:test'
import type { inboxV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Service } from '../../src/service.ts'
import { type Rig, rig } from '../rig.ts'
import { newChannel, received } from '../world.ts'

/** One running inbox that the tests of all themes share. */
export class Desk {
  r!: Rig
  service!: Service

  async start(): Promise<void> {
    this.r = await rig()
    this.service = await this.r.start()
  }

  /** A company with one number whose messages have been stored. */
  async company(...texts: string[]) {
    const channel = newChannel()
    const rpc = await this.r.as(this.service, channel)
    await this.r.addNumber(channel)
    await this.r.ingest(...texts.map((text, n) => received(channel, { text, seconds: n, name: 'Ana' })))
    const conversations = await eventually(async () => {
      const { conversations } = await rpc.listConversations({ ...anyConversation, page: page() })
      expect(conversations[0]?.unreadCount ?? 0).toBe(texts.length)
      return conversations
    })
    return { channel, rpc, conversation: conversations[0] as inboxV1.Conversation }
  }
}

export const page = (cursor = '', limit = 50) => ({ limit, cursor })
export const anyConversation = { status: '', numberId: '', assigneeId: '', contactId: '', unreadOnly: false }
export const anyMessage = { conversationId: '', numberId: '', direction: '', state: '' }
export const code = (err: { code?: string; detail?: string }) => ({ code: err.code, detail: err.detail })
