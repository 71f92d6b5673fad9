"""The front door: `taliq serve`, `streamlit run streamlit_app.py` or `uvicorn streamlit_app:app` start the process."""

from pathlib import Path

import streamlit as st

from dashboard.api import app as http

HERE = Path(__file__).resolve()
http.anchor_configuration(HERE)

app = st.App(HERE.parent / "dashboard" / "ui" / "main.py", middleware=http.middleware(), lifespan=http.lifespan)

if __name__ == "__main__":
    http.serve(app)
