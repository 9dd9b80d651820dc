"""Which screen shows which place; imported when it is first gone to."""

from vigtui.domain.workflow import Stage
from vigtui.screens.base import CaseScreen, Desk, VigScreen


async def screen_for(desk: Desk, here: str, case_id: str, cycle_number: int | None = None) -> CaseScreen:
    """The screen of a place, with its case file read. `here` is a stage, “case”, “progress” or “ending”. Raises NotFound."""
    screen = _class_for(here)(desk, case_id, cycle_number)
    await screen.read_file()
    return screen


def log_screen(desk: Desk, log: str, row_id: str | None = None) -> VigScreen:
    """The screen of what belongs to no case, “supervision” or “training”, with one of its rows highlighted."""
    if log == "training":
        from vigtui.screens.training import TrainingScreen

        return TrainingScreen(desk, row_id)
    from vigtui.screens.supervision import SupervisionScreen

    return SupervisionScreen(desk, row_id)


def read_ahead() -> None:
    """Read the program of every place of a case, so that nobody waits for it when one is first opened."""
    for here in ("case", *(stage.value for stage in Stage), "progress"):
        _class_for(here)


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
    if here == "progress":
        from vigtui.screens.progress import ProgressScreen

        return ProgressScreen
    if here == "ending":
        from vigtui.screens.ending import EndingScreen

        return EndingScreen
    from vigtui.screens.case import CaseHome

    return CaseHome
