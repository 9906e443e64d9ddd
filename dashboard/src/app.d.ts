import type { Api } from '#lib/server/api.ts'
import type { Session } from '#lib/server/session.ts'

declare global {
  namespace App {
    interface Locals {
      /** Absent when nobody is signed in. */
      session?: Session
      api: Api
      theme: 'light' | 'dark' | 'system'
    }
    interface Error {
      message: string
      code?: string
      requestId?: string
    }
  }
}
