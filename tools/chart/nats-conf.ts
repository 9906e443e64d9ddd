import { natsConfig, operatorUser } from '@palomar/bus'
import { services } from '@palomar/contracts'

/** A name that the configuration replaces by a variable of NATS's own environment. */
const placeholder = (user: string) => `PASSWORD_OF_${user}`

/**
 * The chart's files/nats.conf, for its evaluation stores: natsConfig with each user's password taken from the
 * environment. NATS reads such a variable as configuration, so passwords are letters and digits, a letter first.
 */
export function chartNatsConfig(): string {
  const users = [operatorUser, ...services].map((name) => ({ name, pass: placeholder(name) }))
  const text = natsConfig({ host: '0.0.0.0', port: 4222, storeDir: '/data', users, maxFileStore: '40GB' })
  return users.reduce(
    (config, { name, pass }) => config.replace(`"${pass}"`, `$NATS_${name.toUpperCase()}`),
    text.replace(
      '# Written by Palomar.',
      '# Written by `bun tools/chart/generate.ts`: users and their rights come from packages/contracts.',
    ),
  )
}
