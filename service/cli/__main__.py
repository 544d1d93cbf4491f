"""``python -m service.cli``: the same as ``firasa``."""

from service.cli import main

if __name__ == "__main__":
    main(prog_name="firasa")
