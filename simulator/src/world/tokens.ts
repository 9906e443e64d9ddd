import type { Clock } from './clock.ts'

/** What a token may do. Source: Meta, "Permissions reference". */
export const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management'] as const
export type Scope = (typeof scopes)[number]

export interface Token {
  /** Numbers and accounts that it opens. */
  nodes: Set<string>
  scopes: Set<Scope>
  /** The app it was made for; undefined: that of the nodes' numbers. */
  appId?: string
  /** Unix ms; undefined: never. */
  expiresAt?: number | undefined
}

/** Access tokens, with what they open, what they permit, and their end. */
export class Tokens {
  readonly #tokens = new Map<string, Token>()

  constructor(readonly clock: Clock) {}

  grant(text: string, ...nodeIds: string[]): void {
    const token = this.#tokens.get(text) ?? { nodes: new Set<string>(), scopes: new Set(scopes) }
    for (const id of nodeIds) token.nodes.add(id)
    this.#tokens.set(text, token)
  }

  /** Nothing can be done with it from now on, as if it had never been. */
  revoke(text: string): void {
    this.#tokens.delete(text)
  }

  find(text: string): Token | undefined {
    return this.#tokens.get(text)
  }

  isExpired({ expiresAt }: Token): boolean {
    return expiresAt !== undefined && expiresAt <= this.clock.now()
  }
}
