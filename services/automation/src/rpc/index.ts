import type { automationV1 } from '@palomar/contracts'
import type { Handlers } from '@palomar/rpc'
import { createRule } from './create-rule.ts'
import { createWebhookEndpoint } from './create-webhook-endpoint.ts'
import { deleteRule } from './delete-rule.ts'
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts'
import type { RpcDeps } from './deps.ts'
import { getRule } from './get-rule.ts'
import { getWebhookEndpoint } from './get-webhook-endpoint.ts'
import { listRules } from './list-rules.ts'
import { listWebhookDeliveries } from './list-webhook-deliveries.ts'
import { listWebhookEndpoints } from './list-webhook-endpoints.ts'
import { retryWebhookDelivery } from './retry-webhook-delivery.ts'
import { rotateWebhookSecret } from './rotate-webhook-secret.ts'
import { testWebhookEndpoint } from './test-webhook-endpoint.ts'
import { updateRule } from './update-rule.ts'
import { updateWebhookEndpoint } from './update-webhook-endpoint.ts'

export function automationHandlers(deps: RpcDeps): Handlers<typeof automationV1.AutomationServiceService> {
  return {
    listRules: listRules(deps),
    getRule: getRule(deps),
    createRule: createRule(deps),
    updateRule: updateRule(deps),
    deleteRule: deleteRule(deps),
    listWebhookEndpoints: listWebhookEndpoints(deps),
    getWebhookEndpoint: getWebhookEndpoint(deps),
    createWebhookEndpoint: createWebhookEndpoint(deps),
    updateWebhookEndpoint: updateWebhookEndpoint(deps),
    deleteWebhookEndpoint: deleteWebhookEndpoint(deps),
    rotateWebhookSecret: rotateWebhookSecret(deps),
    testWebhookEndpoint: testWebhookEndpoint(deps),
    listWebhookDeliveries: listWebhookDeliveries(deps),
    retryWebhookDelivery: retryWebhookDelivery(deps),
  }
}
