"""What a test may do to the mock: plain Python, without HTTP. The routes of ``admin`` are a thin skin over it."""
