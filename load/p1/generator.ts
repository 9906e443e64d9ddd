/**
 * The load, in a process of its own: `generator.ts <JSON of Round>` posts signed webhooks over so many keep-alive
 * connections, each sending its next when the last was answered, and prints one line of JSON ({@link Answers}).
 * Plain sockets and requests made beforehand: whatever this process costs is taken from what it measures.
 */
import { requestOf } from './bodies.ts'

export interface Round {
  port: number
  path: string
  /** In each wamid, so that the ledger knows its own. */
  run: string
  connections: number
  seconds: number
  /** Requests made beforehand; a round that uses them up ends early. */
  requestsMax: number
}

export interface Answers {
  sent: number
  /** Numbers not answered with 200. */
  failed: number[]
  seconds: number
  p50Ms: number
  p99Ms: number
}

const round = JSON.parse(process.argv[2] ?? '{}') as Round
const requests = Array.from({ length: round.requestsMax }, (_, n) => requestOf(round.path, round.run, n))

let next = 0
let open = 0
const failed: number[] = []
const took: number[] = []
const ended = Promise.withResolvers<void>()
let startedAt = 0
let endAt = 0

interface State {
  n: number
  sentAt: number
  /** What came of the answer so far. */
  text: string
  /** What the socket did not take yet. */
  rest: Buffer | undefined
}

function send(socket: Bun.Socket<State>): void {
  const request = requests[next]
  if (!request || performance.now() >= endAt) {
    socket.end()
    return
  }
  const { data } = socket
  data.n = next++
  data.sentAt = performance.now()
  data.text = ''
  write(socket, request)
}

function write(socket: Bun.Socket<State>, bytes: Buffer): void {
  const written = Math.max(0, socket.write(bytes))
  socket.data.rest = written < bytes.length ? bytes.subarray(written) : undefined
}

function receive(socket: Bun.Socket<State>, bytes: Buffer): void {
  const { data } = socket
  data.text += bytes.toString('latin1')
  const headEnd = data.text.indexOf('\r\n\r\n')
  if (headEnd < 0) return
  const head = data.text.slice(0, headEnd).toLowerCase()
  const length = Number(/content-length: *(\d+)/.exec(head)?.[1] ?? 0)
  if (data.text.length < headEnd + 4 + length) return
  took.push(performance.now() - data.sentAt)
  if (!head.startsWith('http/1.1 200')) failed.push(data.n)
  data.n = -1
  send(socket)
}

function closed(socket: Bun.Socket<State>): void {
  // Cut off with a request under way: never answered.
  if (socket.data.n >= 0) failed.push(socket.data.n)
  open--
  if (open === 0) ended.resolve()
}

const sockets = await Promise.all(
  Array.from({ length: round.connections }, () =>
    Bun.connect<State>({
      hostname: '127.0.0.1',
      port: round.port,
      data: { n: -1, sentAt: 0, text: '', rest: undefined },
      socket: {
        data: receive,
        drain: (socket) => {
          if (socket.data.rest) write(socket, socket.data.rest)
        },
        close: closed,
        error: (socket) => void socket.end(),
      },
    }),
  ),
)
open = sockets.length
// The heap that the requests made is swept before the clock runs, not while it does.
Bun.gc(true)
startedAt = performance.now()
endAt = startedAt + round.seconds * 1_000
for (const socket of sockets) send(socket)
await ended.promise

took.sort((a, b) => a - b)
const quantile = (share: number) => Number((took[Math.floor((took.length - 1) * share)] ?? 0).toFixed(2))
const answers: Answers = {
  sent: next,
  failed,
  seconds: (performance.now() - startedAt) / 1_000,
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
}
console.log(JSON.stringify(answers))
process.exit(0)
