// Notes and messages that were not sent stay in the tab until their writer signs out.
for (const form of document.querySelectorAll("form[action='/logout']")) {
  form.addEventListener("submit", () => sessionStorage.clear())
}
