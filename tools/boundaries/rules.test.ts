import { expect, test } from 'bun:test'
import { problemsOf } from './rules.ts'
import { readSource } from './source-file.ts'

const found = (path: string, text: string) => problemsOf(readSource(path, text)).map(({ says }) => says)

const crossings: [string, path: string, text: string, says: RegExp][] = [
  [
    'a package imports a service',
    'packages/bus/src/a.ts',
    `import { x } from '@palomar/inbox'`,
    /never imports a service/,
  ],
  [
    '… by its path',
    'packages/bus/src/a.ts',
    `import { x } from '../../../services/inbox/src/x.ts'`,
    /never imports/,
  ],
  [
    '… even its types',
    'packages/bus/src/a.ts',
    `import type { X } from '@palomar/inbox'`,
    /never imports a service/,
  ],
  ['a service imports another', 'services/inbox/src/a.ts', `export * from '@palomar/tenancy'`, /one another/],
  ['… when asked at run time', 'services/inbox/src/a.ts', `await import('@palomar/tenancy')`, /one another/],
  [
    'the dashboard imports a package',
    'dashboard/src/a.ts',
    `import { x } from '@palomar/contracts'`,
    /over HTTP only/,
  ],
  [
    '… in a component',
    'dashboard/src/a.svelte',
    `<p>hi</p>\n<script lang="ts">\nimport { x } from '@palomar/contracts'\n</script>`,
    /over HTTP only/,
  ],
  [
    'a service reads tools',
    'services/inbox/src/a.ts',
    `import '../../../tools/servers/index.ts'`,
    /must not depend/,
  ],
  [
    'NATS is imported outside bus',
    'services/inbox/src/a.ts',
    `import { connect } from 'nats'`,
    /only packages\/bus/,
  ],
  ['grpc-js outside rpc', 'packages/runtime/src/a.ts', `import '@grpc/grpc-js'`, /only packages\/rpc/],
  [
    'postgres outside db',
    'packages/testkit/src/a.ts',
    `import postgres from 'postgres'`,
    /only packages\/db/,
  ],
  [
    'drizzle’s driver outside db',
    'services/inbox/src/a.ts',
    `import 'drizzle-orm/postgres-js'`,
    /only packages\/db/,
  ],
  ['redis outside ratelimit', 'services/gateway/src/a.ts', `import 'redis'`, /only packages\/ratelimit/],
  [
    'the S3 client outside blob',
    'services/media/src/a.ts',
    `import '@aws-sdk/client-s3'`,
    /only packages\/blob/,
  ],
  ['the environment outside config.ts', 'services/inbox/src/service.ts', 'process.env.X', /only config.ts/],
  ['… by Bun’s name', 'packages/bus/src/a.ts', 'Bun.env.X', /only config.ts/],
  ['a clock in domain/', 'services/inbox/src/domain/a.ts', 'const t = Date.now()', /domain\/ is pure/],
  [
    'a database in domain/',
    'services/inbox/src/domain/a.ts',
    `import { x } from '../db/x.ts'`,
    /domain\/ is pure/,
  ],
  [
    'the disk in domain/',
    'services/inbox/src/domain/a.ts',
    `import { readFileSync } from 'node:fs'`,
    /is pure/,
  ],
  ['a file called utils', 'packages/bus/src/utils.ts', '', /says nothing/],
  ['a folder called shared', 'services/inbox/src/shared/window.ts', '', /says nothing/],
]

for (const [what, path, text, says] of crossings) {
  test(`boundaries: refused when ${what}`, () => {
    expect(found(path, text)).toEqual([expect.stringMatching(says)])
  })
}

const allowed: [string, path: string, text: string][] = [
  ['a service imports packages', 'services/inbox/src/a.ts', `import { x } from '@palomar/db'`],
  ['a service imports itself', 'services/inbox/test/a.test.ts', `import { x } from '../src/service.ts'`],
  ['bus imports nats', 'packages/bus/src/a.ts', `import { connect } from 'nats'`],
  ['a test looks behind the scenes', 'services/inbox/test/a.test.ts', `import { connect } from 'nats'`],
  ['generated code imports grpc-js', 'packages/contracts/src/gen/a.ts', `import '@grpc/grpc-js'`],
  ['config.ts reads the environment', 'services/inbox/src/config.ts', 'process.env.X'],
  ['a comment speaks of it', 'services/inbox/src/a.ts', '// never process.env here'],
  [
    'domain/ knows the type of a clock',
    'services/inbox/src/domain/a.ts',
    `import type { Clock } from '@palomar/runtime'`,
  ],
  [
    'domain/ builds on contracts',
    'services/inbox/src/domain/a.ts',
    `import { newId } from '@palomar/contracts'`,
  ],
  ['testkit starts servers', 'packages/testkit/src/a.ts', `import '../../../tools/servers/index.ts'`],
  ['a base path in a name', 'services/inbox/src/base-path.ts', ''],
]

for (const [what, path, text] of allowed) {
  test(`boundaries: allowed that ${what}`, () => {
    expect(found(path, text)).toEqual([])
  })
}

test('O13: REST is the gateway’s alone; gRPC and JetStream are reached through their packages alone', () => {
  const path = 'services/inbox/src/a.ts'
  expect(found(path, `import { Elysia } from 'elysia'`)).toHaveLength(1)
  expect(found(path, `import { Server } from '@grpc/grpc-js'`)).toHaveLength(1)
  expect(found(path, `import { connect } from 'nats'`)).toHaveLength(1)
  expect(found('services/gateway/src/a.ts', `import { Elysia } from 'elysia'`)).toEqual([])
})
