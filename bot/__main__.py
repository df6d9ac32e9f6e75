"""`python -m bot` is `refundbot`."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="refundbot")
