"""The command ``opstap``: thin doors to the rooms; a mistake of the caller is one line and exit code 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.agenda_commands import agenda
from bot.command import Commands, Organisation, Wrong, command
from bot.settings import read_settings

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, help="Opstap: intake that nobody gets stuck in."
)
user = typer.Typer(no_args_is_help=True, help="Accounts of staff and tokens of the API.")
app.add_typer(user, name="user")
app.add_typer(agenda, name="agenda")


@app.command()
@command
async def serve(
    set_up: Annotated[bool, typer.Option(help="First make the tables and accounts, and say where to look.")] = False,
    demo: Annotated[bool, typer.Option(help="With --set-up: where nobody ever was, invented people come in.")] = False,
) -> None:
    """Run everything: web chat, bots, reminders, staff console and API."""
    from bot.serving import serve_house

    if demo and not set_up:
        raise Wrong("--demo needs the accounts that --set-up makes: give both")
    await serve_house(read_settings(), set_up, demo)


@app.command()
@command
async def demo(
    forget: Annotated[bool, typer.Option(help="Erase the invented people again, as everybody is erased.")] = False,
) -> None:
    """Let invented people talk with every organisation, to have something to look at; refused where real people do."""
    from bot.demo.command import demonstrate
    from bot.demo.command import forget as forget_them

    typer.echo(await (forget_them if forget else demonstrate)(read_settings()))


@app.command()
@command
async def chat(
    organisation: Annotated[str | None, typer.Option(help="Whom to talk with; without it the first.")] = None,
    language: Annotated[str | None, typer.Option(help="nl or fr; asked when it is not given.")] = None,
    record: Annotated[Path | None, typer.Option(help="Talk apart from the database and write it to this file.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Play this file and show what goes differently now.")] = None,
) -> None:
    """Talk in this terminal, over the same conversation as every other channel."""
    if record and replay:
        raise Wrong("--record writes a file and --replay plays one: give one of the two")
    if replay:
        from bot.rehearsing import replay_here

        if not await replay_here(read_settings(), replay):
            raise typer.Exit(1)
    elif record:
        from bot.rehearsing import record_here

        await record_here(read_settings(), record, organisation, language)
    else:
        from bot.talking import talk_here

        await talk_here(read_settings(), organisation, language)


@app.command()
@command
async def check(
    in_flight: Annotated[bool, typer.Option(help="What new flow files would mean for people in a talk.")] = False,
    flows: Annotated[Path | None, typer.Option(help="With --in-flight: the folder with the new flow files.")] = None,
    organisation: Annotated[str | None, typer.Option(help="With --in-flight: this organisation only.")] = None,
    conversations: Annotated[bool, typer.Option(help="With --in-flight: list the ids of conversations.")] = False,
    keep_ids: Annotated[bool, typer.Option(help="First write new ids into the books, if the flows are sound.")] = False,
) -> None:
    """Look at flows, translations and organisations; name file, line and remedy of everything wrong."""
    settings = read_settings()
    if in_flight:
        from bot.in_flight import InFlight, look_ahead

        if keep_ids:
            raise Wrong("--keep-ids goes without --in-flight: look ahead first, then keep the ids")
        await look_ahead(settings, InFlight(flows, organisation, conversations), typer.echo)
        return
    if flows or organisation or conversations:
        raise Wrong("--flows, --organisation and --conversations go with --in-flight; without it all is checked")
    from bot.checking import check_all, keep_every_id

    if keep_ids:
        keep_every_id(settings.organisations)
    report = check_all(settings.organisations)
    for problem in report.problems:
        typer.echo(problem)
    if report.problems:
        raise Wrong(f"to mend before people meet them: {len(report.problems)}")
    typer.echo("Flows, translations and organisations are in order.")
    typer.echo(f"A person, the stop and the end are within reach from each of {report.states} states of a talk.")
    if report.to_call:
        typer.echo(f"Nobody has called these numbers for a year, so call them: {', '.join(report.to_call)}.")
    if report.to_read:
        typer.echo(f"Nobody has read these rules of law again for a year, so do: {', '.join(report.to_read)}.")


@app.command()
@command
async def draw(
    flow: Annotated[str, typer.Argument(help="The name of a flow file, such as intake or appointment.")] = "intake",
    organisation: Annotated[str | None, typer.Option(help="Whose flow; without it the first one's.")] = None,
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
    out: Annotated[Path | None, typer.Option(help="The file to write; without it FLOW.svg.")] = None,
    paper: Annotated[str | None, typer.Option(help="a3 or a4: a file for each sheet, to be printed.")] = None,
    with_numbers: Annotated[bool, typer.Option(help="Also how many people reached, answered, skipped, left.")] = False,
) -> None:
    """Draw a flow as a picture (SVG) that a coordinator understands."""
    from bot.picturing import Sketch, draw_flow

    await draw_flow(read_settings(), Sketch(flow, organisation, language, out, paper, with_numbers), typer.echo)


@app.command()
@command
async def funnel(
    organisation: Annotated[str | None, typer.Option(help="This organisation only.")] = None,
    by: Annotated[str | None, typer.Option(help="Also print rows for each language, or for each channel.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write all rows to this file.")] = None,
    days: Annotated[int, typer.Option(help="Silence after which somebody has left.", min=1)] = 14,
) -> None:
    """Count, for each question, who answered, skipped, was helped and left; small numbers are hidden."""
    from bot.counting import Wish, show_funnel

    await show_funnel(read_settings(), Wish(organisation, by, csv, days), typer.echo)


@app.command()
@command
async def count(
    organisation: Annotated[str | None, typer.Option(help="This organisation only.")] = None,
    anew: Annotated[bool, typer.Option(help="Open every conversation again, not only those that went on.")] = False,
) -> None:
    """Count the reports now; the running program does it every night."""
    from bot.report_command import count_now

    await count_now(read_settings(), organisation, anew, typer.echo)


@app.command()
@command
async def migrate() -> None:
    """Make the tables, or bring them up to date."""
    from storage.migrate import migrate as bring_up_to_date

    await bring_up_to_date(read_settings().database_url)
    typer.echo("The tables are up to date.")


@app.command()
@command
async def load(
    dry_run: Annotated[bool, typer.Option(help="Only show what would change.")] = False,
) -> None:
    """Give everybody named in the organisations' files an account, and put in their catalogues once; safe to repeat.

    What staff changed in the console since is never touched, and named.
    """
    from bot.loading import load_files

    for line in await load_files(read_settings(), dry_run=dry_run):
        typer.echo(line)


@app.command()
@command
async def doctor(verify: Annotated[bool, typer.Option(help="Check every invariant of the database.")] = False) -> None:
    """Look at the health of the database without changing it."""
    from bot.doctoring import examine

    violations = await examine(read_settings().database_url, verify, typer.echo)
    for violation in violations:
        typer.echo(str(violation))
    if violations:
        raise Wrong(f"invariants broken: {len(violations)}; docs/running-it.md says what each means")


@app.command("export")
@command
async def export_organisation(organisation: Organisation) -> None:
    """Print an organisation's file with what staff changed in the console lying over it."""
    from bot.organisation_export import exported

    typer.echo(await exported(read_settings(), organisation))


@app.command()
@command
async def purge(
    dry_run: Annotated[bool, typer.Option(help="Only count what would go.")] = False,
) -> None:
    """Erase what was kept as long as each organisation says; the running house does it every night."""
    from bot.purging import purge_now

    await purge_now(read_settings(), typer.echo, count_only=dry_run)


@user.command()
@command
async def link(organisation: Organisation, login: Annotated[str, typer.Argument(help="The account's name.")]) -> None:
    """Make a link that signs this account in once, within 15 minutes."""
    from bot.administration import sign_in_link

    typer.echo(await sign_in_link(read_settings(), organisation, login))


@user.command("reset-factor")
@command
async def reset_factor(
    organisation: Organisation, login: Annotated[str, typer.Argument(help="The account's name.")]
) -> None:
    """Take away a lost second factor: apps, passkeys and codes. First make sure that it is they who ask."""
    from bot.administration import reset_second_factor

    await reset_second_factor(read_settings(), organisation, login)
    typer.echo(f"{login} signs in with the password or a link alone now, and is signed out everywhere.")


@user.command("untie")
@command
async def untie(organisation: Organisation, login: Annotated[str, typer.Argument(help="The account's name.")]) -> None:
    """Untie an account from the organisation's own sign-in; its next sign-in there ties it anew."""
    from bot.administration import untie_account

    await untie_account(read_settings(), organisation, login)
    typer.echo(f"{login} is tied to no sign-in elsewhere now, and is signed out everywhere.")


@user.command("list")
@command
async def list_users(organisation: Organisation) -> None:
    """Show who can sign in."""
    from bot.administration import accounts

    for line in await accounts(read_settings(), organisation):
        typer.echo(line)


@user.command()
@command
async def token(
    organisation: Organisation,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; several times for more.")] = None,
) -> None:
    """Make a token for the REST API; it is shown once. Without --scope it reads cases and changes nothing."""
    from bot.administration import api_token

    typer.echo(await api_token(read_settings(), organisation, name, scope or ()))
