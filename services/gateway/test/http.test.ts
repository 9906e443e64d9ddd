/** The HTTP side of the gateway: one gateway, and a file for each theme. */
import { afterAll, beforeAll } from 'bun:test'
import { answers } from './http/answers.ts'
import { browsers } from './http/browsers.ts'
import { credentials } from './http/credentials.ts'
import { Http } from './http/http.ts'
import { requests } from './http/requests.ts'

const http = new Http()
beforeAll(() => http.start())
afterAll(() => http.world.stop())

answers(http)
credentials(http)
requests(http)
browsers(http)
