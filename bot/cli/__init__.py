"""The command line: `refundbot COMMAND`; a command's code is imported when it is called."""

from importlib import import_module

import click

_COMMANDS = {
    "serve": ("bot.cli.serve", "serve", "HTTP application, live chats and the background work, in one process."),
    "work": ("bot.cli.work", "work", "Background work alone: outbox, polling, timers."),
    "migrate": ("bot.cli.migrate", "migrate", "Bring the database to this version."),
    "demo": ("bot.cli.demo", "demo", "A demo shop with made-up orders, ready to open in a browser."),
    "merchant": ("bot.cli.merchant", "merchant", "Merchants: create."),
    "channel": ("bot.cli.channel", "channel", "Accounts on chat platforms: add, list, remove."),
    "staff": ("bot.cli.staff", "staff", "People at the desk: create."),
    "orders": ("bot.cli.orders", "orders", "Orders: import."),
    "chat": ("bot.cli.chat", "chat", "A consumer's chat in the terminal."),
    "sandbox": ("bot.cli.sandbox", "sandbox", "The sandbox payment gateway."),
    "books": ("bot.cli.books", "books", "The money books: verify."),
    "nlu-eval": ("bot.cli.nlu_eval", "nlu_eval", "Measure the understanding on a file of labelled messages."),
    "actions": ("bot.cli.actions", "actions", "The action server for a Rasa assistant."),
    "rasa": ("bot.cli.rasa", "rasa", "A Rasa project: export."),
    "insight": ("bot.cli.insight", "insight", "How a merchant's talks ended: outcome, turns, misses, reasons."),
    "nlu-review": ("bot.cli.insight", "nlu_review", "Doubtful messages, masked, ready to be labelled."),
    "check": ("bot.cli.check", "check", "Settings, database, Redis and gateway: one line each."),
}


class _LazyGroup(click.Group):
    """Knows its commands by name and opens one only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, _, words) in _COMMANDS.items()])


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="refundbot", prog_name="refundbot")
def main() -> None:
    """A refund chat service for merchants: rules decide, money moves once, people take over what is disputed.

    Settings come from config/settings.toml and from environment variables REFUNDBOT_…, the environment winning.
    Without REFUNDBOT_DATABASE_URL and REFUNDBOT_REDIS_URL, PostgreSQL and Redis run under REFUNDBOT_DATA_DIR (./var).
    """
