import { createQueue, type Queue } from './queue.ts'

/** Queues in which publications stand: those of one relation follow each other. */
export interface Publications {
  /** The queue of everything that writes one of these relations. */
  readonly of: (nodes: readonly string[]) => Queue
}

/** With `concurrent` relations do not wait for each other, only for themselves. */
export function createPublications(concurrent: boolean): Publications {
  const queues = new Map<string, Queue>()
  const queueOf = (key: string): Queue => {
    const queue = queues.get(key) ?? createQueue()
    queues.set(key, queue)
    return queue
  }
  return {
    of: (nodes) => {
      // Always in the same order: of two groups that share relations, one waits for the other.
      const keys = [...new Set(nodes.map((node) => (concurrent ? node : '')))].sort()
      return (work) => keys.reduceRight<typeof work>((inner, key) => () => queueOf(key)(inner), work)()
    },
  }
}
