/** A relation of the warehouse by its unquoted names. */
export interface RelationName {
  readonly schema: string
  readonly name: string
}
