import type { ExplainedError } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, type Location, locate, locateIn } from '../diagnostics/index.ts'
import { originOfName, type Statement } from '../sql/index.ts'
import type { BindRequest } from './request.ts'

/** Collects what there is to say, with places in the files it is about. */
export class Told {
  readonly diagnostics: Diagnostic[] = []
  readonly #request: BindRequest

  constructor(request: BindRequest) {
    this.#request = request
  }

  add(found: readonly Diagnostic[]): void {
    this.diagnostics.push(...found)
  }

  /** A place that came as data, with its file. */
  placed(location: Location): Location {
    const file = this.#request.files.get(location.path)
    return file ? locateIn(file, location) : location
  }

  /** The place in a template that became the SQL at fault; undefined when no template wrote it. */
  placeOf(error: ExplainedError, statement: Statement | undefined): Location | undefined {
    const place = statement && error.offset !== undefined ? originOfName(statement, error.offset) : undefined
    const file = place && this.#request.files.get(place.path)
    return file && locate(file, place.start, place.end)
  }

  sqlError(
    subject: string,
    error: ExplainedError,
    location: Location,
    statement?: Statement,
    readers: readonly string[] = [],
  ): Diagnostic {
    const { message, candidates = [] } = error
    const parameters = { subject, message, candidates, readers, building: this.#request.building }
    return diagnose('sql-error', parameters, this.placeOf(error, statement) ?? this.placed(location))
  }
}
