// Every page's server is at the root; without this, Streamlit looks for it below the page's own address first.
window.__streamlit = { BACKEND_BASE_URL: location.origin }
// Streamlit's calendars speak the browser's language and count in its digits; here they do in the page's.
{
  const { locale } = document.currentScript.dataset
  Object.defineProperties(navigator, { language: { value: locale }, languages: { value: Object.freeze([locale]) } })
}
