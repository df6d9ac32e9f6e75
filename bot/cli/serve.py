"""`refundbot serve`."""

import click

from bot.cli.running import run_with, settings_or_exit


@click.command()
@click.option("--host", help="Where to listen instead of REFUNDBOT_HOST.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Instead of REFUNDBOT_PORT; 0 takes a free one.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the consumers' chat, the merchants' API and the desk, and do the background work, in one process.

    With the embedded database a sandbox payment gateway is started beside it, unless REFUNDBOT_SANDBOX__URL names one.
    SIGTERM ends it in order: what was acknowledged is kept.
    """
    import msgspec

    from bot.serving import serve as serve_until_stopped

    settings = settings_or_exit()
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = msgspec.structs.replace(settings, **given)
    run_with(settings, serve_until_stopped(settings, ready=lambda url: click.echo(f"Serving at {url}")))
