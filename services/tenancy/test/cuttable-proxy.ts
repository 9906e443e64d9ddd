import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP way to a server that can be cut (connections die, new ones are refused) and mended. */
export interface CuttableProxy {
  port: number
  cut(): Promise<void>
  mend(): Promise<void>
}

export async function cuttableProxy({ port: farPort, hostname }: URL): Promise<CuttableProxy> {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  function join(near: Socket): void {
    const far = connect(Number(farPort), hostname)
    const both: [Socket, Socket][] = [
      [near, far],
      [far, near],
    ]
    for (const [one, other] of both) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  }

  async function mend(): Promise<void> {
    if (server) return
    const listening = createServer(join)
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
    const address = listening.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    port = address.port
    server = listening
  }

  await mend()
  return {
    port,
    mend,
    async cut() {
      const closing = server
      server = undefined
      const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
