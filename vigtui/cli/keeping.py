"""Commands for an administrator: backup, backups, restore, rescue, passphrase, consents, retention, erase, audit."""

from argparse import Namespace
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from vigtui import wiring
from vigtui.cli import asking, output
from vigtui.cli.shelf import NoLibraryError, folder_of, opened_existing
from vigtui.domain.audit import AuditEntry
from vigtui.domain.case import Case
from vigtui.services import cases as case_services
from vigtui.services import keeping
from vigtui.services.ports import Work


def backup(options: Namespace) -> int:
    """`vigtui backup`: a checked copy, now."""
    with opened_existing(options) as library:
        made = library.back_up(options.to)
        library.change(lambda work: work.audit("backup made", None, made.file.name), remembered=False)
    if options.json:
        output.print_json(_backup_document(made, "ok"))
    else:
        output.say(f"Backup made and checked: {made.file}")
    return 0


def _backup_document(one: Any, state: str) -> dict[str, Any]:
    return {
        "file": one.file,
        "made_at": one.made_at,
        "kind": one.kind,
        "size_bytes": one.size_bytes,
        "encrypted": one.encrypted,
        "state": state,
    }


def backups(options: Namespace) -> int:
    """`vigtui backups`: every backup with its age, and whether it is sound."""
    from vigtui.store import backup as store

    found = store.backups(folder_of(options))
    passphrase = asking.from_file() if any(one.encrypted for one in found) else None
    states = [store.check(one.file, passphrase if one.encrypted else None) for one in found]
    if options.json:
        output.print_json([_backup_document(one, state) for one, state in zip(found, states, strict=True)])
    elif not found:
        output.tell("There is no backup yet. The app makes one a day; `vigtui backup` makes one now.")
    else:
        rows = [
            (_age(one.made_at), one.kind, f"{one.size_bytes / 1e6:.1f} MB", state, str(one.file))
            for one, state in zip(found, states, strict=True)
        ]
        output.say(output.table(("Age", "Kind", "Size", "State", "File"), rows))
    return 0


def _age(made_at: datetime) -> str:
    hours = int((datetime.now(UTC) - made_at).total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def restore(options: Namespace) -> int:
    """`vigtui restore FILE`: puts a backup in the place of the library; what was there is kept and can be restored in turn."""
    from vigtui.store.condition import is_closed_file
    from vigtui.store.restore import restore as put_back

    folder, file = folder_of(options), options.file.absolute()
    closed = is_closed_file(file)
    passphrase = asking.passphrase_for(folder)
    if closed and passphrase is None:
        passphrase = asking.ask("Passphrase of the backup")
    done = put_back(folder.absolute(), passphrase, file, passphrase if closed else None, actor=wiring.settings().actor)
    if options.json:
        output.print_json({"differences": done.differences, "aside": done.aside, "was_damaged": done.was_damaged})
        return 0
    for line in done.differences:
        parts = ((line.goes, "gone"), (line.comes, "back"), (line.changes, "as before"))
        told = ", ".join(f"{count} {words}" for count, words in parts if count)
        output.say(f"{line.code or 'no case'}: {line.what.replace('_', ' ')}: {told}")
    if not done.differences and done.aside and not done.was_damaged:
        output.say("Nothing differed.")
    output.say(f"Restored from {file.name}.")
    if done.aside and done.was_damaged:
        output.say(f"The damaged library is kept in {done.aside}.")
    elif done.aside:
        output.say(f"What was there before is kept. To take this back: vigtui restore {done.aside}")
    return 0


def rescue(options: Namespace) -> int:
    """`vigtui rescue`: saves what can be read of a damaged library; the damaged one is not touched."""
    from vigtui.store.rescue import rescue as save

    folder = folder_of(options).absolute()
    found = save(folder, asking.passphrase_for(folder))
    if options.json:
        output.print_json(
            {
                "file": found.backup.file,
                "rows": found.rows,
                "left_out": found.left_out,
                "unreadable": found.unreadable,
            }
        )
        return 0
    counted = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in found.rows.items())
    output.say(f"Saved: {counted or 'nothing'}.")
    if found.unreadable:
        output.say(f"Not everything could be read of: {', '.join(found.unreadable)}.")
    if found.left_out:
        left = ", ".join(f"{count} {table}" for table, count in found.left_out.items())
        output.say(f"Left out, since what they hang on is lost: {left}.")
    output.say(
        f"The damaged library was left as it is. To go on with what was saved: vigtui restore {found.backup.file}"
    )
    return 0


def passphrase(options: Namespace) -> int:
    """`vigtui passphrase set|change|remove`."""
    from vigtui.store.condition import is_closed, is_there
    from vigtui.store.passphrase import change_passphrase

    folder = folder_of(options).absolute()
    if not is_there(folder):
        raise NoLibraryError
    closed = is_closed(folder)
    if options.what == "set" and closed:
        output.tell("This library has a passphrase already. `vigtui passphrase change` gives it another.")
        return 1
    if options.what != "set" and not closed:
        output.tell("This library has no passphrase. Nothing was changed. `vigtui passphrase set` gives it one.")
        return 1
    old: str | None = None
    new: str | None
    if options.what == "set":
        new = asking.from_file() or asking.ask_new()
    else:
        old = asking.ask("Present passphrase")
        new = asking.ask_new() if options.what == "change" else None
    wiring.open_library(folder, passphrase=old).close()  # the right passphrase, and the newest schema
    done = change_passphrase(folder, old, new)
    words = {"set": "set", "change": "changed", "remove": "removed"}[options.what]
    library = wiring.open_library(folder, passphrase=new)
    try:
        library.change(lambda work: work.audit(f"passphrase {words}", None), remembered=False)
    finally:
        library.close()
    said = {"set": "The library is closed by the passphrase", "change": "The passphrase is changed"}
    output.say(
        f"{said.get(options.what, 'The library is open without a passphrase')}, and so are its backups ({done.backups})."
    )
    if new is not None:
        output.say(
            "Nobody can open it without the passphrase, and nobody can find it out. Films are not encrypted by it."
        )
    for file in done.left:
        output.tell(f"This backup has another passphrase and was left as it is: {file}")
    return 0


def consents(options: Namespace) -> int:
    """`vigtui consents`: every consent, and whether it holds."""
    with opened_existing(options) as library:
        lines = library.read(lambda work: keeping.consent_lines(case_services.load_all(work), work.today))
    if options.json:
        output.print_json(lines)
    elif not lines:
        output.tell("No consent is recorded yet.")
    else:
        rows = [
            (one.case, one.person, one.purpose.value, one.state, one.given_by, _day(one.given_on), _day(one.until))
            for one in lines
        ]
        output.say(output.table(("Case", "Person", "Purpose", "State", "Given by", "On", "Until"), rows))
    return 0


def retention(options: Namespace) -> int:
    """`vigtui retention`: how long each film may be kept."""
    with opened_existing(options) as library:
        lines = library.read(lambda work: keeping.retention_lines(case_services.load_all(work), work.today))
    if options.json:
        output.print_json(lines)
    elif not lines:
        output.tell("There is no film yet.")
    else:
        rows = [("!" if one.overdue else "", one.case, str(one.cycle), one.film, _until(one)) for one in lines]
        output.say(output.table(("", "Case", "Cycle", "Film", "Kept until"), rows))
        late = Counter(one.case for one in lines if one.overdue)
        for code, count in late.items():
            output.tell(f"{count} overdue in {code}: vigtui erase films {code} --why WORDS")
    return 0


def _until(one: keeping.RetentionLine) -> str:
    if one.deleted_on:
        return f"erased {_day(one.deleted_on)}"
    return "legal hold" if one.legal_hold else _day(one.keep_until) or "the case is open"


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def erase(options: Namespace) -> int:
    """`vigtui erase films|case CODE --why WORDS`: for good, in the library, its history and its backups."""
    whole = options.what == "case"
    with opened_existing(options) as library:
        case = library.read(lambda work: case_services.find_case(work, options.code))
        words = "everything of case" if whole else "all films, stills and pictures of case"
        if not options.yes and not asking.is_agreed(
            f"Erase {words} {case.code} for good, in the library and in its backups? Nothing brings it back. [y/N]"
        ):
            output.tell("Nothing was erased.")
            return 1
        done = keeping.erase(library, options.code, options.why, whole=whole)
    if options.json:
        output.print_json(done)
        return 0
    output.say(f"Erased: {words} {done.case}; {done.films} films.")
    for place in done.left:
        output.say(f"This film was never in the library and is still there: {place}")
    for copy in done.copies:
        output.say(f"This left the library before: {copy}")
    for file in done.backups:
        output.tell(f"It could not be erased in this backup; remove it by hand: {file}")
    return 0


def audit(options: Namespace) -> int:
    """`vigtui audit [CODE]`: who opened, showed, wrote, exported and erased what, and when."""

    def look(work: Work) -> tuple[list[AuditEntry], dict[str, str]]:
        codes = {case.id: case.code for case in work.find(Case)}
        if options.code is None:
            return work.find(AuditEntry), codes
        return work.find(AuditEntry, case_id=_case_id(work, options.code)), codes

    with opened_existing(options) as library:
        entries, codes = library.read(look)
    if options.json:
        output.print_json([{**output.plain(one), "code": codes.get(one.case_id or "", "")} for one in entries])
    elif not entries:
        output.tell("The audit trail is empty.")
    else:
        rows = [
            (
                f"{one.at.astimezone():%Y-%m-%d %H:%M}",
                one.actor,
                codes.get(one.case_id or "", ""),
                one.action,
                one.words,
            )
            for one in entries
        ]
        output.say(output.table(("When", "Who", "Case", "What", "Words"), rows))
    return 0


def _case_id(work: Work, code: str) -> str:
    """The id of a case; of an erased one, by the line that tells of its erasure. Raises NotFound."""
    for one in work.find(AuditEntry, action="case erased"):
        if one.case_id and one.words.startswith(f"{code.strip()}:"):
            return one.case_id
    return case_services.find_case(work, code).id
