/** Each trouble that the simulator can make, met by the whole product: one product, and a file for each kind of trouble. */
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { faultNames } from '../../simulator/src/index.ts'
import { answers } from './answers.ts'
import { callsAndGroups } from './calls-and-groups.ts'
import { coexistence } from './coexistence.ts'
import { messages } from './messages.ts'
import { people } from './people.ts'
import { statuses } from './statuses.ts'
import { Trouble } from './trouble.ts'
import { webhooks } from './webhooks.ts'

setDefaultTimeout(120_000)

const trouble = new Trouble()
beforeAll(() => trouble.start(), 180_000)
afterAll(() => trouble.product?.stop(), 60_000)
afterEach(() => trouble.calm())

statuses(trouble)
answers(trouble)
messages(trouble)
webhooks(trouble)
coexistence(trouble)
callsAndGroups(trouble)
people(trouble)

test('no trouble that the simulator can make is left out', () => {
  expect(faultNames.filter((name) => !trouble.met.has(name))).toEqual([])
})
