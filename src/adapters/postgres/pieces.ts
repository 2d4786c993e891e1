import { createHash } from 'node:crypto'
import type { Column, Piece, Pieces, RelationName } from '../contract.ts'
import { quote, relation, text } from '../standard-text.ts'

/** What the engine leaves of a name. */
const nameBytes = 63

/** `orders__2024_01`; a table with a long name has its beginning, and a hash of the whole. */
function pieceName(table: RelationName, key: string): RelationName {
  const end = `__${key.replaceAll(/\W/g, '_')}`
  const bytes = (name: string) => Buffer.byteLength(name)
  if (bytes(table.name) + bytes(end) <= nameBytes) return { schema: table.schema, name: `${table.name}${end}` }
  const hash = `_${createHash('sha256').update(table.name).digest('hex').slice(0, 8)}`
  const letters = Array.from(table.name)
  while (bytes(letters.join('')) > nameBytes - bytes(hash) - bytes(end)) letters.pop()
  return { schema: table.schema, name: `${letters.join('')}${hash}${end}` }
}

/**
 * Makes a piece and attaches it: readers of the table are not held up, as they would be by making it in place. What is there
 * already stays; so does what lies across, or rows of the range in a piece for everything else.
 */
function attach(table: RelationName, { key, start, end }: Piece, otherwise: string): string {
  const piece = pieceName(table, key)
  const [parent, child] = [relation(table), relation(piece)]
  return `if not exists (select from pg_catalog.pg_inherits where inhparent = ${text(parent)}::regclass and inhrelid = pg_catalog.to_regclass(${text(child)})) then
  begin
    create table ${child} (like ${parent} including defaults including constraints including generated including storage including compression);
    alter table ${parent} attach partition ${child} for values from (${start}) to (${end});
  exception when invalid_object_definition or check_violation then
    ${otherwise}
  end;
end if;`
}

/** How a large table is kept in pieces: by the engine's partitions, which it prunes by itself. */
export const pieces: Pieces = {
  createTable: (target: RelationName, columns: readonly Column[], by: string) =>
    `create table ${relation(target)} (\n${columns.map((c) => `  ${quote(c.name)} ${c.type}`).join(',\n')}\n) partition by range (${quote(by)})`,
  make: (target, made) =>
    made.map((piece) => {
      const parts = piece.parts.filter(({ key }) => key !== piece.key).map((part) => attach(target, part, 'null;'))
      return `do ${text(`begin\n${attach(target, piece, parts.length === 0 ? 'null;' : parts.join('\n'))}\nend`)}`
    }),
}
