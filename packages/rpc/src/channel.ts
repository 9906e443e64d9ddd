/** Settings of connections, with their reasons. */

/** The largest message either side takes: 500 sends of 4 KB, or a page of 200 conversations, with room to spare. */
export const messageBytesMax = 8 * 1024 * 1024

/**
 * A client learns of a new backend only when a connection ends, so servers end theirs: 48 s ± 10 % (grpc-js
 * jitters), so that a pod that joins is in every client's rotation within a minute. Calls under way may finish.
 */
export const connectionAgeMs = 48_000
export const connectionAgeGraceMs = 30_000

export function serverOptions(overrides: { connectionAgeMs?: number } = {}) {
  return {
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.max_connection_age_ms': overrides.connectionAgeMs ?? connectionAgeMs,
    'grpc.max_connection_age_grace_ms': connectionAgeGraceMs,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 10_000,
    // Channelz stays on here although nobody asks it: without it grpc-js 1.14 does not know its sessions, and a forced
    // shutdown leaves them open.
  }
}

export function clientOptions(overrides: { minTimeBetweenResolutionsMs?: number } = {}) {
  return {
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    // A TXT record of the resolver's must not overrule the line above.
    'grpc.service_config_disable_resolution': 1,
    'grpc.dns_min_time_between_resolutions_ms': overrides.minTimeBetweenResolutionsMs ?? 5_000,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 10_000,
    // No retry policy is configured, so nothing that reached a server is ever sent twice (HOUSE 15). What stays on is
    // the transparent retry of a stream that the server refused unread, as happens when a connection ends of age.
    'grpc.enable_retries': 1,
    // Never idle: a connection given up in a quiet minute would make the next call pay for a new one.
    'grpc.client_idle_timeout_ms': 2_147_483_647,
    // Bookkeeping for a debug service that we do not offer.
    'grpc.enable_channelz': 0,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
  }
}

/** `host:port` becomes a DNS target, re-resolved as backends come and go; a target with a scheme stays as it is. */
export function targetOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:(\/\/|[^0-9])/i.test(address) || /^(ipv4|ipv6|unix|dns):/.test(address)
    ? address
    : `dns:///${address}`
}
