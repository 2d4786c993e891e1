/** Whether a name is like a pattern of SQL, in which `%` is any text and `_` any character, whatever the capitals. Linear in both. */
export function isLike(name: string, pattern: string): boolean {
  const [text, like] = [name.toLowerCase(), pattern.toLowerCase()]
  let [at, from, anyAt, anyFrom] = [0, 0, -1, 0]
  while (at < text.length) {
    if (from < like.length && like[from] !== '%' && (like[from] === '_' || like[from] === text[at])) {
      at++
      from++
    } else if (like[from] === '%') {
      anyAt = at
      anyFrom = from++
    } else if (anyAt >= 0) {
      at = ++anyAt
      from = anyFrom + 1
    } else {
      return false
    }
  }
  return like.slice(from).replaceAll('%', '') === ''
}
