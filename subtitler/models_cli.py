"""The commands of `subtitler models`: what translates, and where to get it."""

from pathlib import Path

import click

from subtitler.console import models_option, print_rows


@click.group()
def models() -> None:
    """The Argos packages that translate."""


@models.command("list")
@models_option
def list_models(models_dir: Path | None) -> None:
    """List the packages that are found, those to be preferred first."""
    from subtitler.translation.packages import list_packages

    rows = [
        (p.pair, p.version, f"{p.size / 1e6:.0f} MB", p.place, str(p.path))
        for p in list_packages(models_dir)
    ]
    if rows:
        print_rows([("pair", "version", "size", "found in", "path"), *rows])
    else:
        click.echo("No Argos package was found; name a folder that holds some with --models.")
