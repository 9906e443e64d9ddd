import type { GraphAnswer } from './answer.ts'
import {
  edge,
  type GraphCall,
  type GraphCore,
  idIn,
  type Page,
  type Paging,
  pageIn,
  pagingQuery,
  successIn,
} from './core.ts'

type Fields = Record<string, unknown>
type OfAccount = GraphCall & { wabaId: string }
type OfNumber = GraphCall & { phoneNumberId: string }

export interface NumberCalls {
  listNumbers(call: OfAccount & Paging & { fields?: readonly string[] }): Promise<GraphAnswer<Page>>
  getNumber(call: OfNumber & { fields?: readonly string[] }): Promise<GraphAnswer<Fields>>
  /** `cc` and `phone_number` without it, `verified_name` of 2 to 75 characters. */
  addNumber(call: OfAccount & { number: Fields }): Promise<GraphAnswer<{ id: string }>>
  requestCode(call: OfNumber & { method: 'SMS' | 'VOICE'; language: string }): Promise<GraphAnswer<true>>
  verifyCode(call: OfNumber & { code: string }): Promise<GraphAnswer<true>>
  /** The first pin sets two-step verification, later ones must be the same. Ten in 72 hours, with deregistrations. */
  registerNumber(
    call: OfNumber & { pin: string; dataLocalizationRegion?: string },
  ): Promise<GraphAnswer<true>>
  deregisterNumber(call: OfNumber): Promise<GraphAnswer<true>>
  /** Changes what the node itself holds: `{ pin }`, `{ webhook_configuration }`. */
  updateNumber(call: OfNumber & { changes: Fields }): Promise<GraphAnswer<true>>
  getSettings(call: OfNumber): Promise<GraphAnswer<Fields>>
  updateSettings(call: OfNumber & { settings: Fields }): Promise<GraphAnswer<true>>
}

/** `pages.numbers` */
export const numberCalls = (core: GraphCore): NumberCalls => {
  const change = (call: OfNumber, name: string | undefined, json: Fields) =>
    core.ask(
      call,
      {
        method: 'POST',
        path: name === undefined ? edge(call.phoneNumberId) : edge(call.phoneNumberId, name),
        json,
      },
      successIn,
    )
  return {
    listNumbers: (call) =>
      core.ask(
        call,
        {
          method: 'GET',
          path: edge(call.wabaId, 'phone_numbers'),
          query: { ...pagingQuery(call), fields: call.fields?.join(',') },
        },
        pageIn,
      ),
    getNumber: (call) =>
      core.ask(
        call,
        { method: 'GET', path: edge(call.phoneNumberId), query: { fields: call.fields?.join(',') } },
        (json) => json,
      ),
    addNumber: (call) =>
      core.ask(
        call,
        { method: 'POST', path: edge(call.wabaId, 'phone_numbers'), json: call.number },
        (json) => {
          const id = idIn(json)
          return id === undefined ? undefined : { id }
        },
      ),
    requestCode: (call) =>
      change(call, 'request_code', { code_method: call.method, language: call.language }),
    verifyCode: (call) => change(call, 'verify_code', { code: call.code }),
    registerNumber: (call) =>
      change(call, 'register', {
        messaging_product: 'whatsapp',
        pin: call.pin,
        ...(call.dataLocalizationRegion === undefined
          ? {}
          : { data_localization_region: call.dataLocalizationRegion }),
      }),
    deregisterNumber: (call) => change(call, 'deregister', { messaging_product: 'whatsapp' }),
    updateNumber: (call) => change(call, undefined, call.changes),
    getSettings: (call) =>
      core.ask(call, { method: 'GET', path: edge(call.phoneNumberId, 'settings') }, (json) => json),
    updateSettings: (call) => change(call, 'settings', call.settings),
  }
}
