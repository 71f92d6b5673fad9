// How colours lie over one another, and how far apart two are: WCAG 2.2, relative luminance and contrast ratio.
const parts = (colour) => {
  const numbers = colour.match(/-?[\d.]+(e-?\d+)?/g).map(Number)
  const scale = colour.startsWith("color(") ? 255 : 1
  return [...numbers.slice(0, 3).map((n) => n * scale), numbers[3] ?? 1]
}
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
const light = ([r, g, b]) => [r, g, b].map((n) => n / 255)
  .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4))
  .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0)

const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function ground(one) {
  const layers = []
  for (let at = one; at; at = at.parentElement) {
    const colour = parts(getComputedStyle(at).backgroundColor)
    if (colour[3] > 0) layers.push(colour)
    if (colour[3] === 1) break
  }
  const root = matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0, 1] : [255, 255, 255, 1]
  return layers.reverse().reduce((under, layer) => over(layer, under), root)
}
