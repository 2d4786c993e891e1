import type { RelationName } from './relation-name.ts'

/** An index of a table, by the unquoted names of its columns. */
export interface IndexRequest {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly type: string
}

/** Statements for what hangs on relations beside their rows. What the engine has not is absent: models that ask for it get a note. */
export interface Attachments {
  /** Sets, or takes away, the comment of a relation, or of one of its columns. */
  readonly comment?: (target: RelationName, kind: 'table' | 'view', text: string | undefined, column?: string) => string
  readonly grants?: Grants
  readonly indexes?: {
    readonly types: readonly string[]
    /** Does nothing where there is one of this name. */
    readonly create: (target: RelationName, index: IndexRequest) => string
    readonly drop: (schema: string, name: string) => string
  }
}

/** What roles may do. */
export interface Grants {
  /** Privileges of relations. */
  readonly privileges: readonly string[]
  readonly grant: (target: RelationName, privilege: string, roles: readonly string[]) => string
  readonly revoke: (target: RelationName, privilege: string, roles: readonly string[]) => string
  /** A query for what is granted on a relation to each role: rows of `privilege`, in small letters, and `role`. */
  readonly given: (target: RelationName) => string
  readonly grantUsage: (schema: string, roles: readonly string[]) => string
  readonly revokeUsage: (schema: string, roles: readonly string[]) => string
  /** A query for the roles that may use schemas by a grant: rows of `schema` and `role`. */
  readonly usage: (schemas: readonly string[]) => string
  /** A query for those of the roles that there are: rows of `role`, and `acts`, whether the connection has its rights. */
  readonly roles: (names: readonly string[]) => string
  /** Makes a schema that belongs to a role. */
  readonly createSchema: (schema: string, owner: string) => string
}
