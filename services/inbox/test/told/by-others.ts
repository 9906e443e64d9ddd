/** What media, tenancy and automation tell. */
import { automationEventsV1, eventIdOf, mediaEventsV1, tenancyEventsV1 } from '@palomar/contracts'
import { at, type Channel, recently } from './channel.ts'

/** What became of a file. */
export function mediaChanged(
  channel: Channel,
  parts: Partial<mediaEventsV1.MediaStateChanged> & { mediaId: string; version: bigint },
): mediaEventsV1.Event {
  return {
    header: {
      id: eventIdOf('media', parts.mediaId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(Number(parts.version)),
      traceparent: '',
    },
    payload: {
      $case: 'mediaStateChanged',
      value: mediaEventsV1.MediaStateChanged.fromPartial({ state: 'stored', direction: 'inbound', ...parts }),
    },
  }
}

/** A change of one of the company's numbers. */
export function numberChanged(
  channel: Channel,
  parts: { version: number; state?: string; seconds?: number },
): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', channel.numberId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(parts.seconds ?? recently),
      traceparent: '',
    },
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: channel.numberId,
        version: BigInt(parts.version),
        phoneNumberId: '4000',
        portfolioId: channel.portfolioId,
        displayPhoneNumber: '+573009998877',
        state: parts.state ?? 'active',
      }),
    },
  }
}

export function companyChanged(channel: Channel, version: number, language: string): tenancyEventsV1.Event {
  const { tenantId } = channel
  return {
    header: {
      id: eventIdOf('tenancy', 'tenant', tenantId, String(version)),
      tenantId,
      time: at(0),
      traceparent: '',
    },
    payload: {
      $case: 'tenantChanged',
      value: { tenantId, version: BigInt(version), state: 'active', name: 'x', language },
    },
  }
}

export function endpointChanged(
  channel: Channel,
  parts: { endpointId: string; version: number; state: string; reason?: string },
): automationEventsV1.Event {
  return {
    header: {
      id: eventIdOf('endpoint', parts.endpointId, String(parts.version)),
      tenantId: channel.tenantId,
      time: at(recently),
      traceparent: '',
    },
    payload: {
      $case: 'webhookEndpointChanged',
      value: automationEventsV1.WebhookEndpointChanged.fromPartial({
        ...parts,
        version: BigInt(parts.version),
      }),
    },
  }
}
