import { adapterNames, adapterOf } from '../../adapters/index.ts'
import { assertionNames } from '../../assertions/index.ts'
import { diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import { jsonSchema, type SchemaFile } from '../../project/index.ts'
import { locateWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { planJsonSchema } from '../saved-plan/index.ts'

const files: readonly SchemaFile[] = ['project', 'properties', 'selectors']

const known: readonly string[] = [...files, 'plan']

const isFile = (word: string): word is SchemaFile => (files as readonly string[]).includes(word)

export async function execute({ line, output, words }: Context): Promise<number> {
  const [word = 'project'] = words
  if (word === 'plan') {
    output.answer(JSON.stringify(planJsonSchema(), undefined, 2))
    return exitCode.success
  }
  if (!isFile(word)) {
    const parameters = { word, similar: nearest(word, known), known }
    throw new Failure(diagnose('schema-unknown', parameters, locateWord(line, line.words.indexOf(word))))
  }
  const engines = adapterNames.flatMap((name) => adapterOf(name) ?? [])
  output.answer(JSON.stringify(jsonSchema(word, { engines, assertions: assertionNames }), undefined, 2))
  return exitCode.success
}
