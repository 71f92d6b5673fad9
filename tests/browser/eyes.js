// What a careful look at the page finds. Each function gives a list of findings; an empty one is good.
() => {
  const seen = (one) => {
    const box = one.getBoundingClientRect()
    return one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 1 && box.height > 1
  }
  const named = (one) => (one.innerText || one.ariaLabel || one.outerHTML).trim().replace(/\s+/g, " ").slice(0, 80)
  // Symbols are letters of a font; the rest is for other eyes than these, or not the desk's own words.
  const beside = "[data-testid=stIconMaterial], [role=img], [data-testid=stSkipToContent], .tq-unseen, style, script, noscript"
  // On a phone the closed side bar waits beyond the edge.
  const away = "[aria-hidden=true], [data-testid=stSidebar][aria-expanded=false], [data-testid=stSidebar][data-collapsed=true]"

  let read
  function words() {
    if (read) return read
    const found = read = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim()
      const holder = walker.currentNode.parentElement
      const shown = getComputedStyle(holder).fontSize !== "0px"
      if (text && shown && !holder.closest(beside) && seen(holder)) found.push([text, holder])
    }
    return found
  }

  function sideways() {
    const parts = [document.documentElement, document.querySelector("[data-testid=stMain]")].filter(Boolean)
    return parts.filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.tagName} is ${one.scrollWidth} wide in ${one.clientWidth}`)
  }

  function outside() {
    // A table that is wider than a phone is drawn sideways in its own frame.
    const apart = `${away}, .tq-numbers`
    return [...document.querySelectorAll("button, a, input, textarea")]
      .filter((one) => seen(one) && !one.closest(apart) && !one.matches(beside))
      .filter((one) => {
        const box = one.getBoundingClientRect()
        return box.left < -1 || box.right > innerWidth + 1
      }).map(named)
  }

  function cut() {
    // What is there for the ear alone is clipped to nothing.
    const forTheEar = (one) => getComputedStyle(one).clipPath === "inset(50%)"
    const clips = (one) => !forTheEar(one) && getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1
    const pressed = [...document.querySelectorAll("button, a.tq-button, [role=tab], [role=radio]")]
      .filter(seen).filter((one) => [one, ...one.querySelectorAll("*")].some(clips))
    // Elsewhere the desk's own words; lines of readers are short on purpose, and a field shows what fits of its value.
    const shortened = "bdi, .tq-text, .tq-said-line, .tq-said-of, [data-baseweb=select], [role=option], input, textarea, svg, canvas"
    const holders = [...new Set(words().map(([, holder]) => holder))]
    return [...pressed, ...holders.filter((one) => !one.closest(shortened) && clips(one))].map(named)
  }

  // Vega lays a chart out by the widths that it believes its words to have. A card has this much room beside its chart.
  function beyond() {
    const ROOM = 12
    return [...document.querySelectorAll(".vega-embed svg")].flatMap((chart) => {
      const frame = chart.getBoundingClientRect(), room = getComputedStyle(chart).overflowX === "visible" ? ROOM : 0.2
      const leaves = (box) => box.width && (box.left < frame.left - room || box.right > frame.right + room)
      return [...chart.querySelectorAll("text")].filter((word) => leaves(word.getBoundingClientRect()))
    }).map((word) => word.textContent)
  }

  // Text of another language in the desk's own words; names, readers' words and codes are marked as what they are,
  // and what stands in a field is whatever somebody typed into it.
  function foreign(pattern, allowed) {
    const theirs = "bdi, textarea, .tq-text, .tq-mark, .tq-host, .tq-said-line, code, kbd, pre, svg, canvas, [lang]"
    const here = `[lang=${document.documentElement.lang}]:not(.tq-text, bdi)`
    // A list's choices are titles of articles for the most part; what a newsroom wrote stands between marks of its own.
    const quoted = (holder) => /^[\u2066-\u2068][^]*\u2069$/.test(holder.textContent.trim()) || holder.closest("[role=option]")
    const own = (holder) => !quoted(holder) && (holder.closest(theirs)?.matches(here) ?? true)
    return words().filter(([, holder]) => own(holder)).map(([text]) => text.replace(/\u2068[^\u2069]*\u2069/g, ""))
      .flatMap((text) => text.match(new RegExp(pattern, "g")) ?? []).filter((word) => !allowed.includes(word))
  }

  // The same of what is only spoken or shown on hovering. What a chart's marks say is Vega's; its table speaks for it.
  function spoken(pattern, allowed) {
    const names = ["aria-label", "title", "placeholder", "alt"]
    const theirs = "bdi *, code, pre, svg *, canvas, [lang=en], .vega-embed *"
    return [...document.body.querySelectorAll(names.map((name) => `[${name}]`).join(", "))]
      .filter((one) => !one.closest(theirs))
      .flatMap((one) => names.map((name) => one.getAttribute(name) ?? ""))
      .map((text) => text.replace(/\u2068[^\u2069]*\u2069/g, "")).filter((text) => !/:\/\//.test(text))
      .filter((text) => (text.match(new RegExp(pattern, "g")) ?? []).some((word) => !allowed.includes(word)))
  }

  function untranslated() {
    const key = /\b(queue|insights|audit|settings|common|shell|errors|api)\.[a-z_]+(\.[a-z_]+)*\b/
    return words().map(([text]) => text).filter((text) => key.test(text) && !/:\/\//.test(text))
  }

  COLOURS

  // WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text. What is disabled is exempt.
  function pale() {
    const found = []
    for (const [text, holder] of words()) {
      if (holder.closest("svg, :disabled, [aria-disabled=true], [data-disabled]")) continue
      const style = getComputedStyle(holder)
      const colour = parts(style.color)
      for (let at = holder; at; at = at.parentElement) colour[3] *= Number(getComputedStyle(at).opacity)
      const under = ground(holder)
      const ratio = contrast(over(colour, under), under)
      const size = parseFloat(style.fontSize)
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 60)}`)
    }
    return [...new Set(found)]
  }

  const arabic = document.documentElement.lang === "ar"
  const [pattern, allowed] = arabic ? ["[A-Za-z]{2,}", ALLOWED] : ["[\u0600-\u06ff]{2,}", []]
  const findings = {
    sideways: sideways(), outside: outside(), cut: [...cut(), ...beyond()], foreign: foreign(pattern, allowed),
    spoken: spoken(pattern, allowed),
    untranslated: untranslated(), pale: pale(),
  }
  return Object.fromEntries(Object.entries(findings).filter(([, found]) => found.length))
}
