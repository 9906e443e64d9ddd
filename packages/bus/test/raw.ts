import { connect, type JetStreamManager, type NatsConnection } from 'nats'

/** The bare client, to look behind the bus and to break things. */
export async function raw(
  url: string,
  login: { user?: string; pass?: string } = {},
): Promise<{ nc: NatsConnection; jsm: JetStreamManager }> {
  const nc = await connect({ servers: url, ...login })
  return { nc, jsm: await nc.jetstreamManager({ checkAPI: false }) }
}
