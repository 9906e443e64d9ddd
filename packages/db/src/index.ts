export { type ArrayType, arrayLiteral, column } from './arrays.ts'
export { type Batcher, type BatcherOptions, createBatcher } from './batcher.ts'
export { checkDatabase, type RoleFacts, readRole, roleProblems, versionProblem } from './check.ts'
export { type Finder, type FinderDefinition, finderSql } from './finders.ts'
export { type MigrateOptions, migrate, migrateDown } from './migrate.ts'
export { type Db, type DbOptions, openDb, type TxOptions, translate } from './open-db.ts'
export { type Orm, ormOf } from './orm.ts'
export { type AreaName, type EventOf, insertLive, insertOutbox } from './outbox/collect.ts'
export { type Relay, type RelayBus, type RelayOptions, startRelay } from './outbox/relay.ts'
export { outboxDdl } from './outbox/rows.ts'
export { dropTenantPolicySql, tenantCondition, tenantPolicySql } from './policy.ts'
export {
  isConflict,
  isDataError,
  isUnavailable,
  isUniqueViolation,
  LostRace,
  sqlState,
} from './postgres-errors.ts'
export { databaseServices, type ProvisionOptions, provisionDatabase } from './provision.ts'
export { type Outcome, rerunOnConflict, runBatch } from './run-batch.ts'
export type { DbLogger, Sql, Tx } from './types.ts'
