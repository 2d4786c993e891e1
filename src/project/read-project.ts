import {
  type Checked,
  type Diagnostic,
  diagnose,
  hasErrors,
  locate,
  type SourceFile,
  sortDiagnostics,
} from '../diagnostics/index.ts'
import { assemble } from './assemble.ts'
import { withoutConsequences } from './consequences.ts'
import { readParts } from './parts.ts'
import type { Project, ReadOptions } from './project.ts'
import { readSettings } from './settings.ts'

function missingProject(files: readonly SourceFile[]): Diagnostic {
  const instead = files.find((file) => /^(?:project\.yaml|dbt_project\.ya?ml)$/.test(file.path))?.path
  return diagnose('project-missing', { instead })
}

function checkText(files: readonly SourceFile[], found: Diagnostic[]): void {
  for (const file of files) {
    const nul = /\.sql$/.test(file.path) ? file.text.indexOf('\0') : -1
    if (nul >= 0) found.push(diagnose('file-not-text', { path: file.path }, locate(file, nul)))
  }
}

/**
 * Reads the files of a project: project.yml, and in the folders of its models, macros, tests and documentation, and in those of
 * its packages, `.sql`, `.yml`, `.yaml` and `.md`; others are kept for frames only. All diagnostics at once, sorted; no value when
 * one of them is an error.
 */
export function readProject(files: readonly SourceFile[], options: ReadOptions): Checked<Project> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const projectFile = sorted.find((file) => file.path === 'project.yml')
  if (!projectFile) return { value: undefined, diagnostics: [missingProject(sorted)] }
  const found: Diagnostic[] = []
  checkText(sorted, found)
  const settings = readSettings(projectFile, options, found)
  const parts = settings && readParts(sorted, settings, options, found)
  const project =
    settings &&
    parts &&
    assemble({
      files: sorted,
      settings,
      parts,
      env: options.env,
      seeds: options.seeds ?? [],
      memory: options.memory,
      found,
    })
  const { target } = settings ?? {}
  return {
    value: hasErrors(found) || !project || !target ? undefined : { ...project, target },
    diagnostics: sortDiagnostics(withoutConsequences(found)),
  }
}
