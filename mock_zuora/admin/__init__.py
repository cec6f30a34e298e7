"""Everything under ``/__mock`` over HTTP: the control API, its document, and the health checks."""
