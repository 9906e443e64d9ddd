import { type Gateway, startWorld, type World } from '../fixture.ts'

/** One gateway that the tests of all themes share. */
export class Http {
  world!: World
  gateway!: Gateway

  async start(): Promise<void> {
    this.world = await startWorld()
    this.gateway = await this.world.gateway({
      ALLOWED_ORIGINS: 'https://panel.acme.test, https://other.test',
      TRUSTED_PROXY_HOPS: '1',
      LOGIN_ATTEMPTS_MAX: '5',
    })
  }
}

export const problemOf = async (answer: Response) =>
  (await answer.json()) as Record<string, unknown> & { errors: { path: string; code: string }[] }
