import { createQueue, type Queue } from './queue.ts'

/** Queues in which publications stand: those of one relation follow each other. */
export interface Publications {
  readonly of: (node: string) => Queue
}

/** With `concurrent` relations do not wait for each other, only for themselves. */
export function createPublications(concurrent: boolean): Publications {
  const queues = new Map<string, Queue>()
  return {
    of: (node) => {
      const key = concurrent ? node : ''
      const queue = queues.get(key) ?? createQueue()
      queues.set(key, queue)
      return queue
    },
  }
}
