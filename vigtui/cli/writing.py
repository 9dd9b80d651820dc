"""Commands that write people and agreements down: case new, person add, consent give, consent withdraw."""

from argparse import Namespace

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.shelf import opened, opened_existing
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.person import Person, Role
from vigtui.domain.record import one_of, read_date
from vigtui.services import cases as case_services
from vigtui.services import consent as consent_services
from vigtui.services import people as people_services
from vigtui.services.ports import Work


def new_case(options: Namespace) -> int:
    """`vigtui case new`: the one command besides demo and open that makes a library."""
    pack = wiring.pack_shelf().get(options.pack)
    with opened(options) as library:
        case = library.change(lambda work: case_services.new_case(work, options.code, pack))
    if options.json:
        output.print_json(case)
    else:
        output.say(f"Case {case.code} is made, with its first cycle.")
    return 0


def add_person(options: Namespace) -> int:
    """`vigtui person add`."""
    role = one_of(Role, options.role, [one.value for one in Role], "role")
    child = options.child or role is Role.CHILD

    def job(work: Work) -> Person:
        case = case_services.find_case(work, options.case)
        return people_services.add_person(work, case.id, role, options.name, child=child)

    with opened_existing(options) as library:
        person = library.change(job)
    if options.json:
        output.print_json(person)
    else:
        output.say(f"{person.name} is in case {options.case.strip()} as {person.role.value}.")
    return 0


def give_consent(options: Namespace) -> int:
    """`vigtui consent give`."""
    purpose = _purpose(options.purpose)
    on, until = read_date(options.on), read_date(options.until)

    def job(work: Work) -> Consent:
        return consent_services.give(work, _person(work, options), purpose, options.by, on=on, until=until)

    with opened_existing(options) as library:
        consent = library.change(job)
    if options.json:
        output.print_json(consent)
    else:
        end = f" until {consent.until.isoformat()}" if consent.until else ""
        output.say(
            f"Consent of {options.person.strip()} for {purpose.value} holds from {consent.given_on.isoformat()}{end}."
        )
    return 0


def withdraw_consent(options: Namespace) -> int:
    """`vigtui consent withdraw`."""
    purpose = _purpose(options.purpose)

    def job(work: Work) -> list[Consent]:
        return consent_services.withdraw(work, _person(work, options), purpose, options.why)

    with opened_existing(options) as library:
        gone = library.change(job)
    if options.json:
        output.print_json(gone)
    else:
        output.say(
            f"Consent of {options.person.strip()} for {purpose.value} is withdrawn. Films are frozen for that use."
        )
    return 0


def _purpose(words: str) -> Purpose:
    return one_of(Purpose, words, [one.value for one in Purpose], "purpose")


def _person(work: Work, options: Namespace) -> Person:
    case = case_services.find_case(work, options.case)
    return people_services.find_person(work, case.id, options.person)
