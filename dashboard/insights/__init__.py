"""The Insights page without a screen: what is asked, what is drawn of it, and the whole as a report."""
