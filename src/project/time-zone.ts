import { type Diagnostic, diagnose, type Location, nearest } from '../diagnostics/index.ts'

/** The diagnostic of a name that is no time zone: of `New_York`, the zone that ends so counts as similar. */
export function unknownTimeZone(name: string, location: Location): Diagnostic {
  const zones = Intl.supportedValuesOf('timeZone')
  const ending = zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase().replaceAll(' ', '_')}`))
  return diagnose('time-zone-unknown', { name, nearest: ending ?? nearest(name, zones) }, location)
}
