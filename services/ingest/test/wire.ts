import { createServer, type Server, type Socket, connect as tcp } from 'node:net'

/** A way to a server that can be cut and mended; its address stays. */
export interface Wire {
  port: number
  cut(): Promise<void>
  mend(): Promise<void>
}

export async function wireTo(host: string, port: number): Promise<Wire> {
  const open = new Set<Socket>()
  let listening: Server | undefined
  let own = 0

  async function mend(): Promise<void> {
    const server = createServer((near) => {
      const far = tcp(port, host)
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from)
        from.pipe(to)
        from.on('error', () => {})
        from.on('close', () => {
          open.delete(from)
          to.destroy()
        })
      }
    })
    await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve))
    own = (server.address() as { port: number }).port
    listening = server
  }

  async function cut(): Promise<void> {
    const closed = new Promise((resolve) => listening?.close(resolve))
    for (const socket of open) socket.destroy()
    await closed
  }

  await mend()
  return { port: own, cut, mend }
}
