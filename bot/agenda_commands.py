"""The commands ``opstap agenda``: addresses for a coach's own calendar, and coaches' calendars elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.command import Organisation, command
from bot.settings import read_settings

agenda = typer.Typer(no_args_is_help=True, help="Coaches' calendars: ours for them, and theirs for us.")

Coach = Annotated[str, typer.Argument(help="The coach's id in the organisation's file.")]


@agenda.command()
@command
async def feed(organisation: Organisation, coach: Coach) -> None:
    """Make a private address of this coach's visits, for their own agenda; it is shown once."""
    from bot.agenda_desk import give_feed

    typer.echo(await give_feed(read_settings(), organisation, coach))


@agenda.command()
@command
async def feeds(organisation: Organisation) -> None:
    """Show which private addresses were given out."""
    from bot.agenda_desk import list_feeds

    for line in await list_feeds(read_settings(), organisation):
        typer.echo(line)


@agenda.command()
@command
async def revoke(
    organisation: Organisation,
    coach: Coach,
    ref: Annotated[str | None, typer.Argument(help="The first letters that `feeds` shows; without: all.")] = None,
) -> None:
    """Take private addresses back: from now on they show nothing."""
    from bot.agenda_desk import take_back_feeds

    typer.echo(f"Addresses taken back: {await take_back_feeds(read_settings(), organisation, coach, ref)}.")


@agenda.command()
@command
async def add(
    organisation: Organisation,
    coach: Coach,
    address: Annotated[str, typer.Argument(help="Where the calendar is: https://... or webcal://...")],
    caldav: Annotated[bool, typer.Option(help="It is a calendar on a CalDAV server, not a file.")] = False,
    sign_in_as: Annotated[str, typer.Option(help="The name there. OPSTAP_CALENDAR_PASSWORD, or asked for.")] = "",
) -> None:
    """Do not offer times at which this coach is busy by a calendar elsewhere."""
    from bot.agenda_desk import add_outside
    from casework.agendas.outside_times import Source

    settings = read_settings()
    password = settings.calendar_password.get_secret_value() if sign_in_as else ""
    if sign_in_as and not password:
        password = typer.prompt("Password", hide_input=True)
    source = Source("caldav" if caldav else "ics", address, sign_in_as, password)
    typer.echo(await add_outside(settings, organisation, coach, source))


@agenda.command("list")
@command
async def show(organisation: Organisation) -> None:
    """Show the coaches' calendars elsewhere, and how old what we know of them is."""
    from bot.agenda_desk import list_outside

    for line in await list_outside(read_settings(), organisation):
        typer.echo(line)


@agenda.command()
@command
async def remove(
    organisation: Organisation, calendar: Annotated[str, typer.Argument(help="Its id, as `list` shows it.")]
) -> None:
    """Forget a calendar elsewhere, with its password and its busy times."""
    from bot.agenda_desk import remove_outside

    await remove_outside(read_settings(), organisation, calendar)
    typer.echo("This calendar is forgotten.")


@agenda.command()
@command
async def refresh(organisation: Organisation) -> None:
    """Look into the calendars elsewhere now."""
    from bot.agenda_desk import refresh_outside

    for line in await refresh_outside(read_settings(), organisation):
        typer.echo(line)
