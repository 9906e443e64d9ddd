import {
  buckets,
  coreSubjects,
  type DurableSpec,
  deadLetterOperators,
  durables,
  rebuildable,
  type Service,
  services,
  streams,
  taps,
  watched,
} from '@palomar/contracts'
import {
  deadSubject,
  kvStream,
  retryDurable,
  retryNowDurable,
  retryNowSubject,
  retryTokens,
} from './names.ts'

/** What one NATS user may say and hear. Everything else is refused by the server. */
export interface Permissions {
  publish: string[]
  subscribe: string[]
}

/** Answers come to a prefix of the user's own, so that no service hears another's. */
export const inboxPrefixOf = (user: string) => `_INBOX_${user.replace(/[^A-Za-z0-9]/g, '_')}`

/** Generated from the contracts: a service's own subjects, its own durables, and nothing of anyone else's. */
export function permissionsOf(service: Service): Permissions {
  const publish = new Set<string>(['$JS.API.INFO'])
  const subscribe = new Set<string>([`${inboxPrefixOf(service)}.>`])
  const own: DurableSpec[] = Object.values(durables).filter((durable) => durable.service === service)

  for (const stream of streams) {
    const isShared = stream.name === 'RETRY' || stream.name === 'DEAD'
    if (isShared || !stream.publishers.includes(service)) continue
    for (const subject of stream.subjects) publish.add(subject)
    // How full it is, for the alarm at 70 %.
    publish.add(`$JS.API.STREAM.INFO.${stream.name}`)
    // LIVE is gone after a restart of the server: whoever finds it missing creates it.
    if (stream.storage === 'memory') publish.add(`$JS.API.STREAM.CREATE.${stream.name}`)
  }
  for (const durable of own) {
    for (const subject of pullSubjects(durable.stream, durable.name)) publish.add(subject)
    for (const token of retryTokens) {
      publish.add(`retry.${durable.name}.${token}`)
      for (const subject of pullSubjects('RETRY', retryDurable(durable.name, token))) publish.add(subject)
    }
    publish.add(deadSubject(durable.name))
    for (const subject of subjectsOf(durable.stream)) subscribe.add(subject)
  }
  for (const durable of rebuildable) {
    if (!publishersOf(durable.stream).includes(service)) continue
    publish.add(retryNowSubject(durable.name))
    // How much of it waits still.
    publish.add(`$JS.API.CONSUMER.INFO.RETRY.${retryNowDurable(durable.name)}`)
  }
  for (const { durable, by } of watched) {
    if (!by.includes(service)) continue
    publish.add(`$JS.API.STREAM.INFO.${durable.stream}`)
    publish.add(`$JS.API.CONSUMER.INFO.${durable.stream}.${durable.name}`)
    // How much of it is kept aside: counts by subject, no content.
    publish.add('$JS.API.STREAM.INFO.RETRY')
    publish.add('$JS.API.STREAM.INFO.DEAD')
  }
  for (const [stream, hearers] of Object.entries(taps)) {
    if (hearers.includes(service)) for (const subject of subjectsOf(stream)) subscribe.add(subject)
  }
  for (const bucket of Object.values(buckets)) {
    const mayWrite = (bucket.writers as readonly Service[]).includes(service)
    if (mayWrite) publish.add(`$KV.${bucket.name}.>`)
    if (mayWrite || (bucket.readers as readonly Service[]).includes(service)) {
      publish.add(`$JS.API.DIRECT.GET.${kvStream(bucket.name)}.$KV.${bucket.name}.>`)
      for (const subject of readSubjects(kvStream(bucket.name))) publish.add(subject)
    }
  }
  for (const core of Object.values(coreSubjects)) {
    if (!(core.users as readonly Service[]).includes(service)) continue
    publish.add(core.pattern)
    subscribe.add(core.pattern)
  }
  if (service === liveReader) {
    for (const subject of readSubjects('LIVE')) publish.add(subject)
    publish.add('$JS.API.STREAM.CREATE.LIVE')
  }
  if (deadLetterOperators.includes(service)) {
    publish.add('$JS.API.STREAM.MSG.GET.DEAD')
    publish.add('$JS.API.STREAM.MSG.DELETE.DEAD')
    publish.add('$JS.API.STREAM.INFO.DEAD')
    for (const durable of Object.values(durables)) publish.add(retryNowSubject(durable.name))
  }
  return { publish: [...publish].sort(), subscribe: [...subscribe].sort() }
}

/** Sockets are at the gateway. */
const liveReader: Service = 'gateway'

export const isService = (name: string): name is Service => (services as readonly string[]).includes(name)

const publishersOf = (stream: string) => streams.find(({ name }) => name === stream)?.publishers ?? []
const subjectsOf = (stream: string) => streams.find(({ name }) => name === stream)?.subjects ?? []

/** Pulling from one durable and answering what came, in both forms of the answer's subject. */
function pullSubjects(stream: string, durable: string): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
    `$JS.ACK.*.*.${stream}.${durable}.>`,
  ]
}

/** Reading a whole stream in order through consumers of one's own, which nobody acknowledges to. */
function readSubjects(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  ]
}
