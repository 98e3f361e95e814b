"""`python -m qhdata`: the same as the console script."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
