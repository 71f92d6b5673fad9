// Streamlit's own few words, in the language of the page: names that a screen reader speaks, and what a list says when
// nothing in it fits. The table comes with the script's own tag. What else a list holds are names of articles and people,
// which are never touched.
(() => {
  const { words, nothing } = document.currentScript.dataset
  const table = Object.entries(JSON.parse(words))
  const whole = new Map(table.filter(([given]) => !given.includes("{")))
  // Of a day that may not be chosen: read out in one piece, and shown with its first word in bold.
  const ERROR = "**Error**"
  const refusals = table.filter(([given]) => given.startsWith(ERROR)).map(([given, own]) => {
    const said = given.slice(ERROR.length).replace(/[.?*+^$()[\]\\|]/g, "\\$&").replace(/\{\w+\}/g, "(.+?)")
    return [new RegExp(`^(Error|)${said}$`), own.replace(/^\*\*.*\*\*/, "")]
  })
  const begun = table.filter(([given]) => given.includes("{") && !given.startsWith(ERROR))
    .map(([given, own]) => [given.slice(0, given.indexOf("{")), own.replace(/\{.*\}/, "{}")])
  // What is named after something else: a button beside it, a part of a date, a calendar after its month.
  const PARTS = "button, [role=spinbutton], [role=application], [role=grid]"
  const NAMES = ["aria-label", "aria-roledescription", "title", "placeholder"]
  const LISTS = "[role=listbox], [role=listbox] *"
  const TEXTS = "[role=tooltip], [role=tooltip] *, [data-testid=stDateInputField] [role=alert], " +
    "[data-testid=stSkipToContent], [data-testid=stFileUploaderDropzone] *, [data-testid=stDateInputCalendar] > span"
  const MONTH = "[data-testid=stDateInputCalendar] h2"

  function own(text, part) {
    if (whole.has(text) || !part) return whole.get(text)
    const [start, said] = begun.find(([start]) => text.startsWith(start)) ?? []
    return start && said.replace("{}", () => text.slice(start.length))
  }

  function name(one) {
    for (const attribute of NAMES) {
      const said = own(one.getAttribute(attribute) ?? "", one.matches(PARTS))
      if (said) one.setAttribute(attribute, said)
    }
  }

  function refusal(text) {
    for (const [pattern, own] of refusals) {
      const [, error, ...days] = text.match(pattern) ?? []
      // Behind Arabic letters a day's parts would change places.
      if (days.length) return (error && whole.get(error)) + own.replace(/\{\w+\}/g, () => `\u2066${days.shift()}\u2069`)
    }
  }

  function tell(one, meant) {
    for (const node of one.childNodes) {
      const text = node.nodeType === Node.TEXT_NODE ? node.data.trim() : ""
      const said = own(text, one.matches(MONTH)) ?? refusal(text)
      if (said && meant(text)) node.data = said
    }
  }

  function look(one) {
    if (one.nodeType !== Node.ELEMENT_NODE) return
    name(one)
    one.querySelectorAll(NAMES.map((attribute) => `[${attribute}]`).join(", ")).forEach(name)
    for (const [among, meant] of [[TEXTS, () => true], [MONTH, () => true], [LISTS, (text) => text === nothing]]) {
      for (const part of [one, ...one.querySelectorAll(among)]) if (part.matches(among)) tell(part, meant)
    }
  }

  // Another month's name is written over the one before.
  const renew = (one) => one?.matches(MONTH) && tell(one, () => true)

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") name(change.target)
      else if (change.type === "characterData") renew(change.target.parentElement)
      else change.addedNodes.forEach(look)
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMES })
})()
