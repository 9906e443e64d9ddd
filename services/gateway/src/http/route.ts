/** One operation of the API: who may, what goes in, what comes out, and what is done. OpenAPI is made from it. */
import type { Permission } from '@palomar/contracts'
import type { ErrorCode } from '@palomar/errors'
import type { z } from 'zod'
import type { Audience, Session } from '../auth/exchange.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** `public`: before there is a caller; `authenticated`: whoever has a credential. */
export type RouteAccess = Permission | 'authenticated' | 'public'

export interface Call {
  readonly requestId: string
  readonly ip: string
  readonly headers: Headers
  /** The company named by X-Tenant-Id; empty for the credential's own. Goes into requests to tenancy. */
  readonly tenantId: string
  /** Options that make an RPC in the caller's name. */
  as(audience: Audience): { token: string }
  /** Who calls; throws on public routes. */
  readonly session: Session
}

export interface Input<P, Q, B> extends Call {
  /** The body as it comes, of a route that takes bytes; null of all others, and when there is none. */
  readonly stream: ReadableStream<Uint8Array> | null
  readonly params: P
  readonly query: Q
  readonly body: B
}

/** An answer that is more than a body with the route's usual status. */
export class Reply {
  constructor(
    readonly body: unknown,
    readonly options: { status?: number; headers?: Record<string, string> } = {},
  ) {}
}

/** An answer that is no JSON; its headers name its type. */
export class TextReply {
  constructor(
    readonly text: string,
    readonly headers: { 'content-type': string } & Record<string, string>,
  ) {}
}

type Fields = z.ZodObject
type Out<T> = T extends z.ZodType ? z.output<T> : undefined

export interface RouteSpec<
  P extends Fields | undefined,
  Q extends Fields | undefined,
  B extends z.ZodType | undefined,
> {
  method: Method
  /** As Elysia writes it: `/v1/numbers/:id`. */
  path: string
  access: RouteAccess
  tag: string
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** Instead of a body: takes bytes as they come, of these content types (with their schemas, for the document). */
  bytes?: Record<string, Record<string, unknown>>
  /** 1 MB unless it says otherwise. */
  bodyBytesMax?: number
  /** Request headers that mean something to this route, for the document. */
  headers?: Record<string, string>
  status: 200 | 201 | 202 | 204
  /** The answer's body; absent with 204. */
  answer?: z.ZodType
  /** Media types that it answers with when asked to, beside JSON. */
  otherTypes?: readonly string[]
  /** What can go wrong beyond what every route can, for the document. */
  refusals?: readonly ErrorCode[]
  /** Runs before credentials are looked at; throws to refuse. */
  guard?: (call: { ip: string }) => Promise<void>
  /** Resolves with the answer's body, a {@link Reply}, or a whole Response of its own. */
  handle(input: Input<Out<P>, Out<Q>, Out<B>>): Promise<unknown>
}

/** A route whose types are forgotten, as lists of routes hold them. */
export type Route = Omit<
  RouteSpec<Fields | undefined, Fields | undefined, z.ZodType | undefined>,
  'handle'
> & {
  handle(input: Input<never, never, never>): Promise<unknown>
}

export function route<
  P extends Fields | undefined = undefined,
  Q extends Fields | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  return spec
}
