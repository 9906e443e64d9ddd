import { expect, test } from 'bun:test'
import { profiles } from './chart.ts'
import { environments } from './environments.ts'
import { helm, ourPods, rendered } from './rendered.ts'
import { secretManifests } from './secret-manifests.ts'

const made = Object.fromEntries(
  profiles.map((profile) => {
    const manifests = secretManifests({
      namespace: 'palomar',
      evaluation: profile === 'evaluation',
      databaseAdminUrl: 'postgres://admin:x@db.example:5432/palomar?sslmode=require',
      redisUrl: 'rediss://redis.example:6379',
      s3: { accessKeyId: 'key', secretAccessKey: 'secret' },
    })
    return [profile, new Map(manifests.map(({ metadata, stringData }) => [metadata.name, stringData]))]
  }),
)

test.if(helm !== undefined).each([...profiles])(
  'values-%s: each Secret and key that the chart refers to is one that `palomar secrets` makes, and good',
  async (profile) => {
    for (const { role, env } of ourPods(await rendered(profile))) {
      const given = Object.fromEntries(
        env.map(({ name, value, valueFrom }) => {
          const from = valueFrom?.secretKeyRef
          const found = from ? made[profile]?.get(from.name)?.[from.key] : value
          if (found === undefined)
            throw new Error(`${role}: ${name} is ${from?.key} of ${from?.name}, which nobody makes`)
          return [name, found]
        }),
      )
      expect(() => environments[role]?.load(given)).not.toThrow()
    }
  },
)

test.if(helm !== undefined)(
  'a pod is given its own role’s address and password, and no other’s',
  async () => {
    for (const { role, env } of ourPods(await rendered('ha'))) {
      const keys = env.flatMap(({ name, valueFrom }) =>
        valueFrom ? [[name, valueFrom.secretKeyRef.key]] : [],
      )
      for (const [name, key] of keys) {
        if (name === 'DATABASE_URL') expect(key).toBe(`${role}-url`)
        if (name === 'NATS_PASSWORD')
          expect(key).toBe(role === 'provision-nats' ? 'operator-password' : `${role}-password`)
        if (name === 'SERVICE_SECRET') expect(key).toBe(role)
      }
    }
  },
)

test('addresses keep what the operator wrote behind the database', () => {
  expect(made.ha?.get('palomar-database')?.['inbox-url']).toMatch(
    /^postgres:\/\/palomar_inbox:\w{32}@db\.example:5432\/palomar\?sslmode=require$/,
  )
})

test('NATS reads a password as configuration, so it begins with a letter and is a word', () => {
  for (let i = 0; i < 50; i++)
    for (const password of Object.values(made.ha?.get('palomar-nats') ?? {}))
      expect(password).toMatch(/^[A-Za-z]\w{31}$/)
})
