"""The running assistant: channels in, one turn, messages out, tickers."""
