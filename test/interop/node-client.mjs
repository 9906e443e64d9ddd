/** Node's grpc-js against our server under Bun. `node node-client.mjs <host:port> <token>`: prints one JSON line of what it saw. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js'

const [address, token] = process.argv.slice(2)
const channel = new Client(address, credentials.createInsecure(), {
  'grpc.max_receive_message_length': 8 * 1024 * 1024,
  'grpc.max_send_message_length': 8 * 1024 * 1024,
})
const bytes = (value) => Buffer.from(value)
const deadline = () => ({ deadline: Date.now() + 20_000 })

/** A message whose first field is this text. */
function text(value) {
  const body = Buffer.from(value, 'utf8')
  const length = []
  for (let rest = body.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return Buffer.concat([Buffer.from([10, ...length]), body])
}

function unary(path, request, withToken) {
  const metadata = new Metadata()
  if (withToken) metadata.set('authorization', `Bearer ${token}`)
  return new Promise((resolve) => {
    channel.makeUnaryRequest(path, bytes, bytes, request, metadata, deadline(), (error, answer) =>
      resolve({ error, answer }),
    )
  })
}

const getNumber = '/palomar.tenancy.v1.NumbersService/GetNumber'
const trailersOf = ({ metadata }) =>
  Object.fromEntries(Object.entries(metadata.getMap()).map(([key, value]) => [key, value.toString('utf8')]))

async function watch() {
  const stream = channel.makeServerStreamRequest(
    '/grpc.health.v1.Health/Watch',
    bytes,
    bytes,
    text(''),
    deadline(),
  )
  const heard = []
  for await (const answer of stream) {
    heard.push([...answer])
  }
  return heard
}

const watching = watch()
const small = await unary(getNumber, text('num_from_node'), true)
const refused = await unary(getNumber, text('num_from_node'), false)
const invalid = await unary(getNumber, text('num_refused'), true)
const megabytes = text('x'.repeat(4 * 1024 * 1024))
const large = await unary(getNumber, megabytes, true)
console.log(
  JSON.stringify({
    node: process.version,
    unary: small.answer?.equals(text('num_from_node')) ?? false,
    unauthenticated: refused.error?.code === status.UNAUTHENTICATED,
    refusal: {
      code: invalid.error?.code,
      details: invalid.error?.details,
      trailers: trailersOf(invalid.error),
    },
    large: large.answer?.equals(megabytes) ?? false,
  }),
)
// The server is asked to stop now; the watch hears of it and ends.
console.log(JSON.stringify({ watched: await watching }))
channel.close()
