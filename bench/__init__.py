"""The benches: what the product costs, always as a ratio to something that runs beside it on the same machine."""
