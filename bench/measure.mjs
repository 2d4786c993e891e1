/** Preloaded into a measured process: on exit it writes its own CPU seconds and peak memory to the file named by ELT_MEASURE. */
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  const cpu = (user + system) / 1e6
  // Linux reports kilobytes.
  const megabytes = process.resourceUsage().maxRSS / 1024
  writeFileSync(process.env.ELT_MEASURE ?? '/dev/null', JSON.stringify({ cpu, megabytes }))
})
