import { createFlow, listFlows, migrateFlows } from './account.ts'
import { listAssets, uploadAsset } from './assets.ts'
import { getEncryption, setEncryption } from './encryption.ts'
import { deleteFlow, flowNode, updateFlow } from './node.ts'
import { deprecateFlow, publishFlow } from './publish.ts'

/** `METHOD edge`, by the node they belong to. Source: Meta, "Flows API". */
export const accountFlowEdges = {
  'GET flows': listFlows,
  'POST flows': createFlow,
  'POST migrate_flows': migrateFlows,
}
export const numberFlowEdges = {
  'GET whatsapp_business_encryption': getEncryption,
  'POST whatsapp_business_encryption': setEncryption,
}
export const flowEdges = {
  'GET ': flowNode,
  'POST ': updateFlow,
  'DELETE ': deleteFlow,
  'GET assets': listAssets,
  'POST assets': uploadAsset,
  'POST publish': publishFlow,
  'POST deprecate': deprecateFlow,
}
