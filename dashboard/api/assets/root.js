// Every page's server is at the root; without this, Streamlit looks for it below the page's own address first.
window.__streamlit = { BACKEND_BASE_URL: location.origin }
