"""``python -m bma.exchange.keeper``: started by the first task that needs Exchange, never by hand."""

from bma.exchange.keeper.server import main

if __name__ == "__main__":
    main()
