/** Characters that take two columns of a terminal: CJK, Hangul, full width, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u
const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** How many columns a terminal needs for a text without escapes. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += none.test(character) ? 0 : wide.test(character) ? 2 : 1
  return columns
}

/** Filled up with spaces at its end (or, `right`, its beginning). Never cut. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)))
  return side === 'left' ? text + space : space + text
}

/** Cut to at most so many columns, `…` standing for what is left out. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += none.test(character) ? 0 : wide.test(character) ? 2 : 1
    if (used > columns - 1) break
    kept += character
  }
  return `${kept}…`
}
