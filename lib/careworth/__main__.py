"""`python -m careworth` is the command line."""

from careworth.cli import main

if __name__ == "__main__":
    main()
