"""Download filings: `qhdata fetch edgar --forms 10-K,10-Q --since 2024-01-01 -o DIR`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from cyclopts import Parameter

from pipelines.options import Out, Plan
from pipelines.progress import Progress, size
from qhdata.errors import Fault, UserError
from qhdata.readers.edgar import Edgar, EdgarSettings
from qhdata.readers.edgar_fetch import Fetched, fetch
from qhdata.readers.edgar_index import feeds, wanted

FIRST_YEAR = 1993
"""EDGAR's first."""


def edgar(
    *,
    out: Out,
    since: Annotated[str, Parameter(help="First day of filing: 2024-01-01.")],
    until: Annotated[str, Parameter(help="Last day of filing; empty: today.")] = "",
    forms: Annotated[str, Parameter(help="Forms, by comma: 10-K,10-K/A; empty: all.")] = "",
    ciks: Annotated[str, Parameter(help="Filers' numbers, by comma; empty: all.")] = "",
    feed: Annotated[
        bool, Parameter(help="Whole days: the tarballs of all that was filed, as build reads them.")
    ] = False,
    user_agent: Annotated[
        str, Parameter(help="Who asks, with an e-mail address.", env_var="EDGAR_USER_AGENT")
    ] = "",
    rate: Annotated[float, Parameter(help="Requests a second, at most 10.")] = 8.0,
    base: Annotated[str, Parameter(help="The archive, or a mirror.")] = EdgarSettings.base,
    plan: Plan = False,
) -> None:
    """Full submissions from the SEC's archive; no other command opens a network unasked."""
    settings = EdgarSettings(user_agent=user_agent, rate=rate, base=base)
    settings.check()
    first, last = _day(since, "--since"), _day(until, "--until") if until else _today()
    if last < first:
        raise UserError(what=f"{last} is before {first}", where="--until", mend="give a later day")
    if first.year < FIRST_YEAR:
        mend = f"EDGAR's indexes begin in {FIRST_YEAR}"
        raise UserError(what=f"{first} is before any filing", where="--since", mend=mend)
    chosen = frozenset(form.strip().upper() for form in forms.split(",") if form.strip())
    numbers = _numbers(ciks)
    for name, given, found in (("--forms", forms, chosen), ("--ciks", ciks, numbers)):
        if given and not found:  # an empty choice is all of the archive: nobody means that by ','
            raise UserError(what=f"{given!r} names none", where=name, mend="leave it out for all")
    if feed and (forms or ciks):
        raise UserError(
            what="a day's feed holds all forms and filers",
            where="--feed",
            mend="leave out --forms and --ciks, or leave out --feed",
        )
    if out.exists() and not out.is_dir():
        raise UserError(what="is a file", where=str(out), mend="give a folder with -o")
    last = min(last, max(first, _today()))  # no index is written before its quarter
    quarters = (last.year - first.year) * 4 + (last.month + 2) // 3 - (first.month + 2) // 3 + 1
    if plan and feed:
        print(
            f"would read {quarters} lists of daily feeds at {base} and fetch those from {first} to "
            f"{last}, hundreds of MB and more a day, into {out / 'feed'}; 0.1 GB of memory"
        )
        return
    if plan:
        print(
            f"would read {quarters} quarterly indexes (about 40 MB each) at {base} and fetch what "
            f"they list of {', '.join(sorted(chosen)) or 'all forms'} into {out}, at most {rate:g} "
            "requests a second; how many that are only the indexes say; 0.2 GB of memory"
        )
        return
    client, what = Edgar(settings), "daily feeds" if feed else "filings"
    listed: set[str | int] = set()
    with Progress("fetch") as progress:
        entries = list(
            feeds(client, first, last)
            if feed
            else wanted(client, chosen, numbers, first, last, listed)
        )

        def told(done: Fetched) -> None:
            seen = done.fetched + done.held + len(done.missing) + len(done.refused)
            progress(seen, len(entries), what)

        done = fetch(client, iter(entries), out, told)
    if not entries:
        raise UserError(
            what=f"the indexes list no such {'day' if feed else 'filing'}",
            where=f"{first} to {last}",
            mend="nothing is filed on Sundays" if feed else "check --forms and --ciks",
        )
    for name, asked in (("--forms", chosen), ("--ciks", numbers)):
        none = sorted(str(one) for one in asked - listed)
        if none:
            more = f" and {len(none) - 5:,} more" if len(none) > 5 else ""
            print(f"{name}: the indexes list no such filing of {', '.join(none[:5])}{more}")
    missing = f", {len(done.missing)} not there ({done.missing[0]} ...)" if done.missing else ""
    if done.refused:
        missing += f", {len(done.refused)} refused: no path of EDGAR's ({done.refused[0][:100]!r})"
    print(
        f"{out}: {done.fetched:,} {what} fetched ({size(done.bytes)}), {done.held:,} were here"
        f"{missing}; {client.requests:,} requests.   qhdata build {out} -o corpus"
    )
    if done.failed:
        raise Fault(
            what=f"{len(done.failed)} of {len(entries):,} {what} did not come: {done.failed[0]}",
            where=str(out),
            mend="run the same command again later",
        )


def _numbers(text: str) -> frozenset[int]:
    found = [part.strip().removeprefix("CIK") for part in text.split(",") if part.strip()]
    wrong = next((part for part in found if not part.isdecimal()), None)
    if wrong is not None:
        raise UserError(
            what=f"{wrong!r} is no CIK", where="--ciks", mend="a number, such as 320193"
        )
    return frozenset(map(int, found))


def _day(text: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError(what=f"{text!r} is no day", where=where, mend="2024-01-31") from None


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
