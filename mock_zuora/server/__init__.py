"""The ASGI app, uvicorn, the background job runner, the state file and logging."""
