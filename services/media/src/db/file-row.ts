export type FileState = 'pending' | 'stored' | 'failed' | 'deleted'

/** A row of `files`, as Postgres gives it. */
export interface FileRow {
  tenant_id: string
  id: string
  direction: 'inbound' | 'outbound'
  state: FileState
  kind: string
  mime_type: string
  size_bytes: bigint
  sha256: string
  filename: string
  failure_code: string
  message_id: string | null
  number_id: string | null
  meta_media_id: string
  announced_sha256: string
  announced_bytes: bigint
  blob_key: string
  created_by: string
  created_at: Date
  stored_at: Date | null
  give_up_at: Date | null
  version: bigint
  due_at: Date | null
  lease: string | null
  tries: number
}
