export type { Graph, Input, Model, Partitioning } from './graph.ts'
