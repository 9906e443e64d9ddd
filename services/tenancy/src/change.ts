/** One change: its rows, its audit entries and its events stand or fall together, in one transaction. */
import { type IdKind, idFromUuid, newId, type tenancyEventsV1, type Uuid, uuidOf } from '@palomar/contracts'
import { type Db, insertLive, insertOutbox, ormOf, rerunOnConflict, type Tx } from '@palomar/db'
import { currentContext } from '@palomar/runtime'
import { insertAudit } from './db/audit.ts'
import type { NumberRow } from './db/numbers.ts'
import * as schema from './db/schema.ts'
import type { Scope } from './db/scope.ts'
import {
  credentialRevoked,
  numberChanged,
  type Revocation,
  type TenantFact,
  tenantChanged,
} from './domain/facts.ts'
import { companyRevoked, numberUpdated, sessionRevoked } from './domain/frames.ts'
import { numberResource } from './domain/number-resource.ts'

export interface AuditFact {
  /** `<entity>.<past participle>`, such as `number.paused`. */
  action: string
  entity: IdKind
  entityId: Uuid
  /** Never a secret, never message text. */
  metadata?: Record<string, unknown>
  /** For entries that must be there once however often the work runs. */
  id?: Uuid
  /** When only the work itself finds out who acts. */
  actorId?: string
}

export class Change implements Scope {
  readonly orm: Scope['orm']
  readonly at = new Date()
  readonly #audit: Parameters<typeof insertAudit>[1] = []

  constructor(
    readonly tenantId: Uuid,
    readonly tx: Tx,
    /** usr_…, key_… or a service's name. */
    readonly actorId: string,
  ) {
    this.orm = ormOf(tx, schema)
  }

  audit(fact: AuditFact): void {
    this.#audit.push({
      id: fact.id ?? uuidOf(newId('audit')),
      actorId: fact.actorId ?? this.actorId,
      action: fact.action,
      entity: fact.entity,
      entityId: idFromUuid(fact.entity, fact.entityId),
      metadata: fact.metadata ?? {},
    })
  }

  tenantChanged(row: TenantFact): void {
    this.#publish(tenantChanged(row, traceparent()))
  }

  numberChanged(row: NumberRow): void {
    this.#publish(numberChanged(row, traceparent()))
    insertLive(this.tx, [numberUpdated(this.tenantId, numberResource(row), row.version, row.updatedAt)])
  }

  /** Every gateway forgets the credential and closes its sockets (CONTRACTS 35: within 5 s). */
  revoked(what: Revocation): void {
    this.#publish(credentialRevoked(this.tenantId, what, this.at, traceparent()))
    insertLive(this.tx, [sessionRevoked(this.tenantId, what, this.at)])
  }

  /** The company's own power is gone: all its sockets close. `version` is the tenant row's. */
  everyoneRevoked(version: bigint): void {
    insertLive(this.tx, [companyRevoked(this.tenantId, version, this.at)])
  }

  /** Called once, before the commit. */
  async finish(): Promise<void> {
    await insertAudit(this, this.#audit)
  }

  #publish(event: tenancyEventsV1.Event): void {
    insertOutbox(this.tx, 'tenancy', [event])
  }
}

/** `work` may run again: two that lock each other out (deadlock) are started anew by Postgres' choice. */
export function change<T>(
  db: Db,
  tenantId: Uuid,
  actorId: string,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return changeTogether(db, [tenantId], actorId, (changeOf) => work(changeOf(tenantId)))
}

/** The same over several companies of one person: a `Change` for each, in one transaction. */
export function changeTogether<T>(
  db: Db,
  tenantIds: readonly Uuid[],
  actorId: string,
  work: (changeOf: (tenantId: Uuid) => Change, tx: Tx) => Promise<T>,
): Promise<T> {
  const run = async (tx: Tx): Promise<T> => {
    const changes = new Map(tenantIds.map((id) => [id, new Change(id, tx, actorId)]))
    const changeOf = (tenantId: Uuid): Change => {
      const made = changes.get(tenantId)
      if (!made) throw new Error('this transaction does not cover that tenant')
      return made
    }
    const result = await work(changeOf, tx)
    for (const made of changes.values()) await made.finish()
    return result
  }
  return rerunOnConflict(() => db.forTenants(tenantIds, run))
}

function traceparent(): string {
  return currentContext()?.traceparent ?? ''
}
