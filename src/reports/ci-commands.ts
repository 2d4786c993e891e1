/**
 * Systems of continuous integration read commands out of what a program prints: GitHub Actions lines that begin with `::name`,
 * Azure Pipelines and older runners `##vso[…]` and `##[…]` anywhere, TeamCity `##teamcity[…]`. Names, messages and rows of a
 * pull request must not become such commands.
 */

const workflowCommands = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
].join('|')

const lineCommand = new RegExp(`^(\\s*):(?=:(?:${workflowCommands}|internal-[\\w-]+)\\b)`, 'gim')
const marker = /#(?=#(?:vso|teamcity)?\[)/gi

/** Text in which no such command is left: the first sign of each is written as `\x3a` or `\x23`. */
export function withoutCiCommands(text: string): string {
  return text.replace(lineCommand, '$1\\x3a').replace(marker, '\\x23')
}

/**
 * The same for JSON, whose meaning stays: signs within its strings are escaped. A string begins with a quote, so no line of
 * JSON begins with `::`. Control characters that JSON lets stand are escaped, too.
 */
export function withoutCiCommandsInJson(json: string): string {
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  return json.replace(marker, escaped).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped)
}
