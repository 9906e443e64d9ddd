/** A number as gRPC answers it and as the REST API shows it. */
import { idFromUuid, type numbersV1 } from '@palomar/contracts'
import type { NumberRow } from '../db/numbers.ts'

export function numberMessage(row: NumberRow): numbersV1.Number {
  return {
    id: idFromUuid('number', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    wabaId: idFromUuid('waba', row.wabaId),
    portfolioId: idFromUuid('portfolio', row.portfolioId),
    phoneNumberId: row.phoneNumberId,
    metaWabaId: row.metaWabaId,
    displayPhoneNumber: row.displayPhoneNumber,
    name: row.name,
    verifiedName: row.verifiedName,
    state: row.state,
    throughputPerSecond: row.throughputPerSecond,
    dailyQuota: row.dailyQuota,
    qualityRating: row.qualityRating,
    messagingTier: row.messagingTier,
    graphVersion: row.graphVersion,
    appIds: row.appIds.map((id) => idFromUuid('app', id)),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    tokenRotatedAt: row.tokenRotatedAt,
    version: row.version,
    tenantName: row.tenantName,
  }
}

export type NumberResource = ReturnType<typeof numberResource>

/** The `/v1/numbers` shape, for live frames. */
export function numberResource(row: NumberRow) {
  return {
    id: idFromUuid('number', row.id) as string,
    name: row.name,
    phone_number_id: row.phoneNumberId,
    display_phone_number: row.displayPhoneNumber,
    verified_name: row.verifiedName,
    meta_waba_id: row.metaWabaId,
    waba_id: idFromUuid('waba', row.wabaId) as string,
    portfolio_id: idFromUuid('portfolio', row.portfolioId) as string,
    state: row.state,
    throughput_per_second: row.throughputPerSecond,
    daily_quota: Number(row.dailyQuota),
    quality_rating: row.qualityRating,
    messaging_tier: row.messagingTier,
    graph_version: row.graphVersion,
    app_ids: row.appIds.map((id) => idFromUuid('app', id) as string),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    token_rotated_at: row.tokenRotatedAt.toISOString(),
  }
}
