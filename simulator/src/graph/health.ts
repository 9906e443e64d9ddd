import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'

type Verdict = 'AVAILABLE' | 'LIMITED' | 'BLOCKED'

interface Entity {
  entity_type: string
  id: string
  can_send_message: Verdict
  errors?: { error_code: number; error_description: string; possible_solution: string }[]
}

/** `health_status` of a number or an account: its worst entity decides. Source: Meta, "Messaging health status". */
export function healthOf({ world }: Simulation, id: string) {
  const numbers = [...world.numbers.values()].filter((number) => number.id === id || number.wabaId === id)
  const [first] = numbers
  const entities: Entity[] = [
    ...numbers.map(numberHealth),
    ...(first
      ? [ofAccount(first), available('BUSINESS', first.businessId), available('APP', first.appId)]
      : []),
  ]
  const worst = (['BLOCKED', 'LIMITED', 'AVAILABLE'] as const).find((verdict) =>
    entities.some(({ can_send_message }) => can_send_message === verdict),
  )
  return { can_send_message: worst ?? 'AVAILABLE', entities }
}

const available = (entity_type: string, id: string): Entity => ({
  entity_type,
  id,
  can_send_message: 'AVAILABLE',
})

function numberHealth({ id, standing, quality }: PhoneNumber): Entity {
  if (standing === 'unregistered')
    return blocked('PHONE_NUMBER', id, 141_000, 'The number is not registered.', 'Register it.')
  if (quality !== 'RED') return available('PHONE_NUMBER', id)
  return { ...available('PHONE_NUMBER', id), can_send_message: 'LIMITED' }
}

function ofAccount({ wabaId, standing }: PhoneNumber): Entity {
  if (standing === 'unpaid')
    return blocked(
      'WABA',
      wabaId,
      141_006,
      'There is an error with the payment method.',
      'Add a payment method.',
    )
  if (standing === 'locked')
    return blocked('WABA', wabaId, 141_000, 'The account is restricted.', 'Appeal in Business Support.')
  return available('WABA', wabaId)
}

const blocked = (
  entity_type: string,
  id: string,
  error_code: number,
  error_description: string,
  possible_solution: string,
): Entity => ({
  entity_type,
  id,
  can_send_message: 'BLOCKED',
  errors: [{ error_code, error_description, possible_solution }],
})
