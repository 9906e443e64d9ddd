import { afterEach, expect, test } from 'bun:test'
import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import { verifySignature } from '@palomar/cloud-api'
import { ask } from './graph.ts'
import { appSecret, demo, startWorld } from './harness.ts'

const { phoneNumberId, wabaId } = demo
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }

const servers: { stop(force: boolean): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true)
})

/** A business's endpoint, as Meta's guide has it; `answer` may be a status instead. */
function startEndpoint(
  privateKey: KeyObject,
  answer: (question: Record<string, unknown>) => object | number,
) {
  const signed: boolean[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const bytes = new Uint8Array(await request.arrayBuffer())
      signed.push(verifySignature(bytes, request.headers.get('x-hub-signature-256'), [appSecret]))
      const body = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>
      const of = (name: string) => Buffer.from(body[name] ?? '', 'base64')
      const key = privateDecrypt({ key: privateKey, ...oaep }, of('encrypted_aes_key'))
      const [data, vector] = [of('encrypted_flow_data'), of('initial_vector')]
      const decipher = createDecipheriv('aes-128-gcm', key, vector).setAuthTag(data.subarray(-16))
      const text = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]).toString('utf8')
      const said = answer(JSON.parse(text) as Record<string, unknown>)
      if (typeof said === 'number') return new Response('', { status: said })
      const cipher = createCipheriv('aes-128-gcm', key, Buffer.from(vector.map((byte) => byte ^ 0xff)))
      const sealed = [cipher.update(JSON.stringify(said), 'utf8'), cipher.final(), cipher.getAuthTag()]
      return new Response(Buffer.concat(sealed).toString('base64'))
    },
  })
  servers.push(server)
  return { url: `http://127.0.0.1:${server.port}/flujo`, signed }
}

test('a phone with an open Flow asks its endpoint, encrypted under the number’s key; what goes wrong is said', async () => {
  const world = startWorld()
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const asked: Record<string, unknown>[] = []
  const answers: { next: object | number } = {
    next: { screen: 'HORA', data: { horas: ['9', '10'], ñ: 'año' } },
  }
  const endpoint = startEndpoint(privateKey, (question) => {
    asked.push(question)
    return answers.next
  })
  const flow = { name: 'cita', categories: ['OTHER'], endpoint_uri: endpoint.url }
  const { id } = await ask(world.url, 'POST', `${wabaId}/flows`, flow)
  const question = {
    flowToken: 'ficha',
    action: 'data_exchange',
    screen: 'DIA',
    data: { dia: 'martes' },
  } as const
  const exchange = () => world.control.flowAsks(String(id), phoneNumberId, question)
  await expect(exchange()).rejects.toThrow('the number has no public key')
  const business_public_key = publicKey.export({ type: 'spki', format: 'pem' })
  await ask(world.url, 'POST', `${phoneNumberId}/whatsapp_business_encryption`, { business_public_key })
  expect(await exchange()).toEqual({ screen: 'HORA', data: { horas: ['9', '10'], ñ: 'año' } })
  const { flowToken, ...rest } = question
  expect(asked).toEqual([{ version: '3.0', ...rest, flow_token: flowToken }])
  expect(endpoint.signed).toEqual([true])
  answers.next = { data: { status: 'active' } }
  const ping = { flow_id: id, phone_number_id: phoneNumberId, action: 'ping' }
  const answer = await fetch(`${world.url}/control/exchange`, { method: 'POST', body: JSON.stringify(ping) })
  expect(await answer.json()).toEqual({ data: { status: 'active' } })
  expect(asked.at(-1)).toEqual({ version: '3.0', action: 'ping' })
  for (const status of [421, 427, 432, 500]) {
    answers.next = status
    await expect(exchange()).rejects.toThrow(String(status))
  }
})
