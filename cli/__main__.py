"""`python -m cli` is `ninefold`."""

from cli.main import main

main()
