import { expect, test } from 'bun:test'
import { join } from 'node:path'

const cli = join(import.meta.dir, '../bin/cloud-api.ts')

async function run(args: string[], input = '') {
  const child = Bun.spawn([process.execPath, cli, ...args], {
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, err }
}

test('parse shows what a body holds', async () => {
  const { code, out } = await run(['parse', join(import.meta.dir, 'payloads/message-text.json')])
  expect(code).toBe(0)
  expect(out).toContain('"kind": "messages"')
})

test('validate lists each problem with its page, and fails', async () => {
  const body = { messaging_product: 'whatsapp', to: '573001234567', type: 'text', text: {} }
  const { code, err } = await run(['validate', '-'], JSON.stringify(body))
  expect(code).toBe(1)
  expect(err).toContain(
    "(#131008) Required parameter is missing\n  text.body: The parameter text['body'] is required.",
  )
})

test('what is no body, no file or no command fails with a sentence', async () => {
  expect(await run(['parse', '-'], 'nothing')).toMatchObject({ code: 1, err: '-: not_json\n' })
  expect((await run(['parse', '/no/such/file'])).err).toContain('/no/such/file')
  expect(await run(['dance', 'x'])).toMatchObject({ code: 2 })
})
