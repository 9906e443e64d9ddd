import { type DurableSpec, retryDelaysS, type StreamSpec } from '@palomar/contracts'
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats'
import { kvStream, retryNowDurable, retryNowSubject, retryWaitDurable, retryWaitSubject } from '../names.ts'

const nanos = (ms: number) => ms * 1_000_000

const retentions = {
  interest: RetentionPolicy.Interest,
  workqueue: RetentionPolicy.Workqueue,
  limits: RetentionPolicy.Limits,
}

export function streamConfig(spec: StreamSpec, replicas: number): Partial<StreamConfig> & { name: string } {
  return {
    name: spec.name,
    subjects: spec.subjects,
    retention: retentions[spec.retention],
    storage: spec.storage === 'memory' ? StorageType.Memory : StorageType.File,
    discard: spec.discard === 'new' ? DiscardPolicy.New : DiscardPolicy.Old,
    max_bytes: spec.maxBytes,
    max_age: nanos(spec.maxAgeS * 1000),
    max_msgs: -1,
    max_consumers: -1,
    // We deduplicate by effects; the server's table of message ids would be memory for nothing.
    duplicate_window: nanos(spec.maxAgeS > 0 ? Math.min(spec.maxAgeS, 1) * 1000 : 1000),
    num_replicas: spec.storage === 'memory' ? 1 : replicas,
    deny_delete: false,
    deny_purge: false,
  }
}

/** A bucket of the key-value store is a stream that keeps the last message of each subject. */
export function bucketConfig(name: string, replicas: number): Partial<StreamConfig> & { name: string } {
  return {
    name: kvStream(name),
    subjects: [`$KV.${name}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    max_bytes: 64 * 1024 * 1024,
    allow_direct: true,
    allow_rollup_hdrs: true,
    num_replicas: replicas,
  }
}

type DurableConfig = Partial<ConsumerConfig> & { durable_name: string }

function pullDurable(name: string, spec: DurableSpec, maxAckPending: number): DurableConfig {
  return {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: maxAckPending,
    // We count tries ourselves; the server would drop the message without a word.
    max_deliver: -1,
    max_waiting: 512,
  }
}

/** A durable on its stream, and its own on RETRY: one that runs events and one per waiting room. */
export function durableConfigs(spec: DurableSpec): { stream: string; config: DurableConfig }[] {
  return [
    { stream: spec.stream, config: pullDurable(spec.name, spec, spec.maxAckPending) },
    {
      stream: 'RETRY',
      config: {
        ...pullDurable(retryNowDurable(spec.name), spec, spec.maxAckPending),
        filter_subject: retryNowSubject(spec.name),
      },
    },
    ...retryDelaysS.map((_, step) => ({
      stream: 'RETRY',
      config: {
        // The head waits handed back; those behind it wait in the stream.
        ...pullDurable(retryWaitDurable(spec.name, step), spec, 1),
        filter_subject: retryWaitSubject(spec.name, step),
      },
    })),
  ]
}
