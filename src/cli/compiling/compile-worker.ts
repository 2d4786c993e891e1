import { parentPort, workerData } from 'node:worker_threads'
import { compileTask } from './compile-task.ts'

// An entry of its own: runs in a thread that was started with an empty environment and bounded memory.
parentPort?.postMessage(compileTask(workerData))
