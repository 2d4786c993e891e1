import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cycles, lineageOf, reachable, topologicalOrder } from './lineage.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const name = fc.constantFrom(...names)
const edgeList = fc.array(fc.tuple(name, name), { maxLength: 14 })

function orderOf(edges: readonly (readonly [string, string])[]) {
  const lineage = lineageOf(names, edges)
  return { lineage, ...topologicalOrder(lineage) }
}

/** All pairs that are connected, by repeated squaring of the relation: slow and obvious. */
function closure(edges: readonly (readonly [string, string])[]): Set<string> {
  const pairs = new Set(edges.map(([from, to]) => from + to))
  for (const middle of names) {
    for (const from of names) {
      for (const to of names) {
        if (pairs.has(from + middle) && pairs.has(middle + to)) pairs.add(from + to)
      }
    }
  }
  return pairs
}

describe('lineage', () => {
  test('a chain of 100,000 nodes is ordered, walked and searched for circles', () => {
    const count = 100_000
    const chain = Array.from({ length: count }, (_, i) => `n${String(i).padStart(6, '0')}`)
    const links = chain.slice(1).map((node, i) => [chain[i] ?? '', node] as const)
    const lineage = lineageOf([...chain].reverse(), links)
    expect(topologicalOrder(lineage)).toEqual({ order: chain, blocked: [] })
    expect(reachable(lineage, ['n000000'], 'downstream').size).toBe(count)
    lineage.setEdge('n099999', 'n000000')
    const { order, blocked } = topologicalOrder(lineage)
    expect(order).toEqual([])
    expect(cycles(lineage, blocked)[0]).toHaveLength(count)
  })

  test('100,000 nodes behind a circle are not part of it, and found out in linear time', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => `n${String(i).padStart(6, '0')}`)
    const links = chain.slice(1).map((node, i) => [chain[i] ?? '', node] as const)
    const lineage = lineageOf(chain, [...links, ['n000001', 'n000000']])
    expect(cycles(lineage, topologicalOrder(lineage).blocked)).toEqual([['n000000', 'n000001']])
  })

  test('a circle is told as who reads whom, the shortest one of its knot', () => {
    const { lineage, blocked } = orderOf([
      ['b', 'a'],
      ['c', 'b'],
      ['a', 'c'],
      ['d', 'c'],
      ['a', 'd'],
      ['a', 'e'],
      ['g', 'g'],
    ])
    expect(cycles(lineage, blocked)).toEqual([['a', 'b', 'c'], ['g']])
  })

  test('the order does not depend on the order in which nodes and edges are given', () => {
    fc.assert(
      fc.property(edgeList, fc.shuffledSubarray(names, { minLength: names.length }), (edges, shuffled) => {
        const other = topologicalOrder(lineageOf(shuffled, [...edges].reverse()))
        expect(other.order).toEqual(orderOf(edges).order)
      }),
    )
  })

  test('every upstream comes before its readers, and exactly the nodes behind circles are blocked', () => {
    fc.assert(
      fc.property(edgeList, (edges) => {
        const { order, blocked } = orderOf(edges)
        const pairs = closure(edges)
        const cyclic = names.filter((node) => pairs.has(node + node))
        const behind = names.filter((node) => cyclic.some((c) => c === node || pairs.has(c + node)))
        expect(blocked).toEqual(behind)
        for (const [from, to] of edges) {
          if (order.includes(to)) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to))
        }
      }),
    )
  })

  test('there is one circle for every knot, and each step of it is an edge', () => {
    fc.assert(
      fc.property(edgeList, (edges) => {
        const { lineage, blocked } = orderOf(edges)
        const pairs = closure(edges)
        const found = cycles(lineage, blocked)
        const knotOf = (node: string) => names.filter((n) => pairs.has(n + node) && pairs.has(node + n)).join('')
        const knots = new Set(names.filter((node) => pairs.has(node + node)).map(knotOf))
        expect(new Set(found.map(([first = '']) => knotOf(first)))).toEqual(knots)
        expect(found).toHaveLength(knots.size)
        for (const cycle of found) {
          const steps = cycle.map((node, i) => lineage.hasEdge(cycle[(i + 1) % cycle.length] ?? '', node))
          expect(steps).not.toContain(false)
        }
      }),
    )
  })

  test('reachable follows edges for as many steps as asked', () => {
    const lineage = lineageOf(names, [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['e', 'c'],
    ])
    expect([...reachable(lineage, ['d'], 'upstream', 2)].sort()).toEqual(['b', 'c', 'd', 'e'])
    expect([...reachable(lineage, ['a'], 'downstream')].sort()).toEqual(['a', 'b', 'c', 'd'])
    expect([...reachable(lineage, ['a'], 'downstream', 0)]).toEqual(['a'])
  })
})
