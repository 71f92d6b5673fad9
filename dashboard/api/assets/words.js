// Streamlit's own few words, in the language of the page: names that a screen reader speaks, and what a list says when
// nothing in it fits. The table comes with the script's own tag; text of readers is never among what is looked at.
(() => {
  const table = Object.entries(JSON.parse(document.currentScript.dataset.words))
  const whole = new Map(table.filter(([given]) => !given.includes("{")))
  const begun = table.filter(([given]) => given.includes("{"))
    .map(([given, own]) => [given.slice(0, given.indexOf("{")), own.replace(/\{.*\}/, "{}")])
  // What is named after something else: a button beside it, a part of a date.
  const PARTS = "button, [role=spinbutton]"
  const NAMES = ["aria-label", "title", "placeholder"]
  const TEXTS = "[role=listbox], [role=listbox] *, [role=tooltip], [role=tooltip] *, [data-testid=stSkipToContent], "
    + "[data-testid=stFileUploaderDropzone] *"

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

  function tell(one) {
    for (const node of one.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && whole.has(node.data.trim())) node.data = whole.get(node.data.trim())
    }
  }

  function look(one) {
    if (one.nodeType !== Node.ELEMENT_NODE) return
    name(one)
    one.querySelectorAll(NAMES.map((attribute) => `[${attribute}]`).join(", ")).forEach(name)
    if (one.matches(TEXTS)) tell(one)
    one.querySelectorAll(TEXTS).forEach(tell)
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") name(change.target)
      else change.addedNodes.forEach(look)
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: NAMES })
})()
