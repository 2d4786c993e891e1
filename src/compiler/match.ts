import type { Json, SourceDefinition } from '../project/index.ts'
import type { Graph, Model } from './graph.ts'
import type { Term } from './selector.ts'

/** Where matching goes on when a wildcard takes one more character. */
interface Retry {
  readonly pattern: number
  text: number
}

/**
 * `*` stands for any text within a folder, `**` across folders, `?` for one character. Only the last wildcard of each kind is
 * tried again, which finds every match, so that no pattern takes more than the product of the lengths.
 */
function like(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern
  let [at, read] = [0, 0]
  let star: Retry | undefined
  let deep: Retry | undefined
  while (at < text.length) {
    const sign = pattern[read]
    if (sign === '*') {
      const isDeep = pattern[read + 1] === '*'
      read += isDeep ? 2 : 1
      star = isDeep ? undefined : { pattern: read, text: at }
      if (isDeep) deep = { pattern: read, text: at }
    } else if (sign === text[at] || (sign === '?' && text[at] !== '/')) {
      at += 1
      read += 1
    } else {
      const retry: Retry | undefined = star && text[star.text] !== '/' ? star : deep
      if (!retry) return false
      if (retry === deep) star = undefined
      retry.text += 1
      at = retry.text
      read = retry.pattern
    }
  }
  return /^\**$/.test(pattern.slice(read))
}

/** The folders of a model below `models/`, its layer first. */
function folders(model: Model): string[] {
  return model.path.split('/').slice(1, -1)
}

/** A name, `layer.name`, a layer, a folder or a chain of folders; wildcards stand for the model's own name only. */
function named(model: Model, value: string): boolean {
  if (/[*?]/.test(value)) return like(value.includes('.') ? model.id : model.name, value)
  if (value === model.name || value === model.id || value === model.layer) return true
  const inside = folders(model)
  if (inside.includes(value)) return true
  const chain = value.split('.')
  return chain.length > 1 && [...inside, model.name].slice(0, chain.length).join('.') === value
}

function inPath(model: Model, value: string): boolean {
  const wanted = value.replace(/^\.\//, '').replace(/\/+$/, '')
  if (like(model.path, wanted)) return true
  const parts = model.path.split('/')
  return parts.some((_, i) => i > 0 && like(parts.slice(0, i).join('/'), wanted))
}

/** The value of a setting by its key in YAML; dots go into maps. */
function setting(model: Model, key: string): Json | undefined {
  const camel = (part: string): string => part.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const [first = '', ...rest] = key.split('.')
  let value = (model.config as unknown as Readonly<Record<string, Json | undefined>>)[camel(first)]
  for (const part of rest) {
    const own: Readonly<Record<string, Json>> =
      typeof value === 'object' && value && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {}
    value = Object.hasOwn(own, part) ? own[part] : own[camel(part)]
  }
  return value
}

function hasSetting(model: Model, key: string, wanted: string): boolean {
  const value = setting(model, key)
  if (value === undefined || value === null) return false
  const values = Array.isArray(value) ? value : [value]
  return values.some((each) => typeof each !== 'object' && like(String(each), wanted))
}

/** Whether a model is what a selector names, apart from `+` and `@`. */
export function matches(model: Model, { method, key, value }: Term): boolean {
  switch (method) {
    case 'name':
      return named(model, value)
    case 'tag':
      return model.config.tags.some((tag) => like(tag, value))
    case 'layer':
      return like(model.layer, value)
    case 'owner':
      return like(model.owner, value)
    case 'path':
      return inPath(model, value)
    case 'config':
      return hasSetting(model, key ?? '', value)
    case 'source':
      return false
  }
}

/** Whether a source is what `source:` names: a group, or `group.name`. */
export function matchesSource(source: SourceDefinition, { value }: Term): boolean {
  return like(source.group, value) || like(`${source.group}.${source.name}`, value)
}

/** What a selector of a method could have named, for "a similar one matches". */
export function candidates(graph: Graph, { method }: Term): Set<string> {
  if (method === 'source') return new Set(graph.sources.flatMap((s) => [s.group, `${s.group}.${s.name}`]))
  return new Set(
    graph.models.flatMap((model) => {
      if (method === 'name') return [model.name, model.id, model.layer, ...folders(model)]
      if (method === 'tag') return model.config.tags
      if (method === 'layer') return [model.layer]
      if (method === 'owner') return [model.owner]
      return method === 'path' ? [model.path, model.path.slice(0, model.path.lastIndexOf('/'))] : []
    }),
  )
}
