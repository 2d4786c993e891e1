export type { Hole, HoleValues, MappedSpan, Origin, Piece, SqlText, Statement, TimeType } from './text.ts'
