"""The rehearsal Exchange endpoint: wire, pipelines, cmdlets and the recipient model behind them."""
