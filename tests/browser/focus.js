// What marks the focus, stop by stop. `step` is called once the focus has gone on, and tells whether it has been
// everywhere; `stops` gives of each stop what it is, its words, and the contrast of its mark to what lies around it (0
// where nothing marks it).
() => {
  const known = new Map()
  let last = null

  COLOURS

  // The colours of the lines around it and around what it stands in, which a text field's frame is.
  function lines(one) {
    const found = {}
    for (let at = one, up = 0; at && up < 4; at = at.parentElement, up++) {
      const style = getComputedStyle(at), around = at.parentElement ?? at
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) {
        found[`outline ${up} ${style.outlineColor}`] = [parts(style.outlineColor), around]
      }
      const shadow = style.boxShadow.match(/(rgba?\([^)]*\)|color\([^)]*\))/)
      if (shadow) found[`shadow ${up} ${style.boxShadow}`] = [parts(shadow[0]), around]
      if (parseFloat(style.borderTopWidth) >= 1) {
        found[`border ${up} ${style.borderTopColor}`] = [parts(style.borderTopColor), around]
      }
    }
    return found
  }

  const kind = (one) =>
    (one.dataset.act ?? (one.dataset.choose && "choice") ?? (one.dataset.star && "star") ?? [...(one.closest("[class*=st-key-]")?.classList ?? [])].find((name) => name.startsWith("st-key-"))
      ?.slice(7) ?? one.dataset.testid ?? one.closest("[data-testid]")?.dataset.testid ?? one.tagName)
      .replace(/\d[\d_]*$/, "")

  // Once the focus has left it: what it had that it has not now.
  function judge(one, had) {
    const left = lines(one)
    const gained = Object.entries(had).filter(([name]) => !(name in left)).map(([, [colour, around]]) => {
      const under = ground(around)
      return contrast(over(colour, under), under)
    })
    known.set(one, [kind(one), (one.innerText || one.ariaLabel || one.tagName).trim().slice(0, 40), Math.max(0, ...gained)])
  }

  window.taliqFocus = {
    step() {
      const now = document.activeElement
      if (last) judge(...last)
      if (known.has(now) || (now === document.body && known.size)) return true
      last = now === document.body ? null : [now, lines(now)]
      return false
    },
    stops: () => [...known.values()],
  }
}
