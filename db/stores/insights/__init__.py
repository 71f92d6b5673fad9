"""Counts for charts: one question, one method of `store.InsightStore`; the files beside it know how each is counted."""
