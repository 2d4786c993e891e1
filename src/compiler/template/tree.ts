import type { SourceFile } from '../../diagnostics/index.ts'
import type { WholeFloat } from './value.ts'

/** A stretch of the template's file, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | number | string | WholeFloat }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
    | {
        readonly kind: 'dictionary'
        readonly entries: readonly { readonly key: Expression; readonly value: Expression }[]
      }
    | { readonly kind: 'member'; readonly target: Expression; readonly name: string; readonly nameSpan: Span }
    | { readonly kind: 'index'; readonly target: Expression; readonly index: Expression }
    | {
        readonly kind: 'slice'
        readonly target: Expression
        readonly from: Expression | undefined
        readonly to: Expression | undefined
        readonly step: Expression | undefined
      }
    | { readonly kind: 'call'; readonly callee: Expression; readonly arguments: readonly Argument[] }
    | {
        readonly kind: 'filter'
        readonly operand: Expression
        readonly name: string
        readonly nameSpan: Span
        readonly arguments: readonly Argument[]
      }
    | {
        readonly kind: 'test'
        readonly operand: Expression
        readonly name: string
        readonly nameSpan: Span
        readonly arguments: readonly Argument[]
        readonly negated: boolean
      }
    | { readonly kind: 'not'; readonly operand: Expression }
    | { readonly kind: 'sign'; readonly operator: '-' | '+'; readonly operand: Expression }
    | { readonly kind: 'and' | 'or' | 'concat'; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'arithmetic'
        readonly operator: ArithmeticOperator
        readonly left: Expression
        readonly right: Expression
      }
    | {
        readonly kind: 'compare'
        readonly first: Expression
        readonly rest: readonly { readonly operator: ComparisonOperator; readonly operand: Expression }[]
      }
    | {
        readonly kind: 'conditional'
        readonly condition: Expression
        readonly value: Expression
        readonly otherwise: Expression | undefined
      }
    /** The rendered text of a `set` or `filter` block. */
    | { readonly kind: 'capture'; readonly body: readonly Statement[] }
  )

export type Argument = Span & { readonly value: Expression } & (
    | { readonly kind: 'positional' | 'spread-list' | 'spread-dictionary' }
    | { readonly kind: 'named'; readonly name: string }
  )

/** What `set` and `for` assign to. */
export type Target = Span &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'tuple'; readonly items: readonly Target[] }
    | { readonly kind: 'member'; readonly namespace: string; readonly name: string }
  )

export interface MacroParameter extends Span {
  readonly name: string
  /** Evaluated at each call that does not give the parameter. */
  readonly initial: Expression | undefined
}

export interface MacroDefinition extends Span {
  readonly file: SourceFile
  readonly name: string
  readonly nameSpan: Span
  readonly parameters: readonly MacroParameter[]
  readonly body: readonly Statement[]
}

export type CallExpression = Extract<Expression, { kind: 'call' }>

export type Statement = Span &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'output'; readonly expression: Expression }
    | { readonly kind: 'do'; readonly expression: Expression }
    | {
        readonly kind: 'if'
        readonly branches: readonly { readonly condition: Expression; readonly body: readonly Statement[] }[]
        readonly otherwise: readonly Statement[]
      }
    | {
        readonly kind: 'for'
        readonly target: Target
        readonly iterable: Expression
        readonly filter: Expression | undefined
        /** Whether `loop(…)` in its body runs the loop again over other elements. */
        readonly recursive: boolean
        readonly body: readonly Statement[]
        readonly otherwise: readonly Statement[]
      }
    | { readonly kind: 'break' | 'continue' }
    | {
        readonly kind: 'with'
        readonly bindings: readonly { readonly target: Target; readonly value: Expression }[]
        readonly body: readonly Statement[]
      }
    | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
    | { readonly kind: 'macro'; readonly macro: MacroDefinition }
    | { readonly kind: 'call'; readonly call: CallExpression; readonly caller: MacroDefinition }
  )
