"""In which language a paper speaks: that of the case's pack where the pack or vigtui has words for it, else English."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from vigtui.domain.packs import Pack
from vigtui.domain.wording import Saying
from vigtui.reports import dutch, german

_KNOWN: Mapping[str, Mapping[str, str]] = MappingProxyType({"de": german.WORDS, "nl": dutch.WORDS})


def saying(pack: Pack) -> Saying:
    """The words for the papers of a case: the pack's own go before those that come with vigtui."""
    language = pack.language.partition("-")[0].lower()
    own = {one.says: one.words for one in pack.papers}
    words = {**_KNOWN.get(language, {}), **own}
    return Saying(language, words) if words else Saying()


def saying_for_all(packs: Iterable[Pack | None]) -> Saying:
    """The words of the packs' language where all have the same; else English."""
    found = {one.language: one for one in packs if one}
    return saying(*found.values()) if len(found) == 1 else Saying()
