import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { flowRefusal } from './rules.ts'

/** Source: Meta, "Flows API: update JSON". */
const bytesMax = 10 * 1024 * 1024

/** GET /{flow}/assets: the one file it has. */
export function listAssets({ simulation, id, url }: Call): Response {
  const flow = simulation.flows.find(id)
  if (!flow) return unknownObject(id)
  const download_url = `${url.origin}/control/flow-json?id=${id}&token=${flow.previewToken}`
  const data = flow.json === '' ? [] : [{ name: 'flow.json', asset_type: 'FLOW_JSON', download_url }]
  return graphJson({ data, paging: { cursors: { before: 'QVFI', after: 'QVFI' } } })
}

/** POST /{flow}/assets: its JSON, which is taken with what is wrong with it. */
export async function uploadAsset(call: Call): Promise<Response> {
  const { simulation, request, id } = call
  const flow = simulation.flows.find(id)
  if (!flow) return unknownObject(id)
  const form = await request.formData().catch(() => undefined)
  const file = form?.get('file')
  if (!(file instanceof File) || form?.get('name') !== 'flow.json' || form.get('asset_type') !== 'FLOW_JSON')
    return graphError({
      code: 100,
      details: 'file, name (flow.json) and asset_type (FLOW_JSON) are required',
    })
  if (file.size > bytesMax) return graphError({ code: 139001, details: 'Flow JSON is larger than 10 MB.' })
  const refusal = flowRefusal(simulation, flow, 139001)
  if (refusal) return refusal
  simulation.flows.change(flow, { json: await file.text() })
  return graphJson({ success: true, validation_errors: flow.problems })
}
