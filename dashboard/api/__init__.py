"""The one process's HTTP side: intake, feed, sign-in, streamed exports, health, and the layers around the page."""
