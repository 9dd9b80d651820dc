"""Which screen shows which place; imported when it is first gone to."""

from vigtui.screens.base import CaseScreen, Desk


async def screen_for(desk: Desk, here: str, case_id: str, cycle_number: int | None = None) -> CaseScreen:
    """The screen of a place, with its case file read. `here` is a stage, or “case”. Raises NotFound."""
    screen = _class_for(here)(desk, case_id, cycle_number)
    await screen.read_file()
    return screen


def _class_for(here: str) -> type[CaseScreen]:
    if here == "goals":
        from vigtui.screens.goals import GoalsScreen

        return GoalsScreen
    if here == "film":
        from vigtui.screens.film import FilmScreen

        return FilmScreen
    if here == "clips":
        from vigtui.screens.clips import ClipsScreen

        return ClipsScreen
    if here == "review":
        from vigtui.screens.review import ReviewScreen

        return ReviewScreen
    if here == "wrap-up":
        from vigtui.screens.wrap_up import WrapUpScreen

        return WrapUpScreen
    from vigtui.screens.case import CaseHome

    return CaseHome
