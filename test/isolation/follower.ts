import { expect } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { Product } from '../product.ts'

/** A socket of the live API that keeps every frame it got. */
export class Follower {
  readonly frames: string[] = []

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => this.frames.push(String(data))
  }

  static async open(product: Product, token: string, cursor = ''): Promise<Follower> {
    const { ticket } = await product.must('POST', '/v1/live/tickets', { token })
    const url = product.demo.urls.gateway.replace(/^http/, 'ws')
    const query = new URLSearchParams({ ticket, ...(cursor && { cursor }) })
    const follower = new Follower(new WebSocket(`${url}/v1/live?${query}`))
    await eventually(() => expect(follower.frames[0]).toContain('hello'))
    return follower
  }

  heard(text: string): Promise<void> {
    return eventually(() => expect(this.frames.some((frame) => frame.includes(text))).toBe(true), {
      timeoutMs: 20_000,
    })
  }

  /** From before the first frame. */
  firstCursor(): string {
    return JSON.parse(this.frames[0] ?? '{}').cursor
  }

  close(): void {
    this.socket.close()
  }
}
