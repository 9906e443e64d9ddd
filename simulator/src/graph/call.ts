import type { Simulation } from '../simulation.ts'

/** A request to Graph that named a known token and a node which that token opens. */
export interface Call {
  simulation: Simulation
  request: Request
  url: URL
  /** The node's id. */
  id: string
  /** What follows the edge: a QR code. */
  rest: string
}

export function tokenOf(request: Request, url: URL): string | undefined {
  const header = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  return header ?? url.searchParams.get('access_token') ?? undefined
}
