import { expect, test } from 'bun:test'
import { recipientOf } from './recipient.ts'

const nobody = { id: 'con_1', name: 'Ana', phone: null, wa_id: null }
const bsuid = (value: string, portfolio_id: string) => ({ kind: 'bsuid', value, portfolio_id })

test('a reply goes to the phone where one is known, as Meta wrote it last', () => {
  const known = { ...nobody, phone: '+5491122000011', wa_id: '5491122000011' }
  expect(recipientOf(known, [bsuid('AR.1', 'pfl_a')], 'pfl_a')).toEqual({ to: '5491122000011' })
  expect(recipientOf({ ...nobody, phone: '+573001112233' })).toEqual({ to: '573001112233' })
})

test('to who shows no phone it goes by the latest id of the number’s portfolio', () => {
  const identities = [
    { kind: 'username', value: 'ana', portfolio_id: 'pfl_a' },
    bsuid('CO.elsewhere', 'pfl_b'),
    bsuid('CO.new', 'pfl_a'),
    bsuid('CO.old', 'pfl_a'),
  ]
  expect(recipientOf(nobody, identities, 'pfl_a')).toEqual({ recipient: 'CO.new' })
  expect(recipientOf(nobody, [], 'pfl_a')).toBeUndefined()
})
