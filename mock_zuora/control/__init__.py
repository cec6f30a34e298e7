"""What a test can do to a server, without HTTP: one service function per operation, and the state behind them."""
