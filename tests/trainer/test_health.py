from __future__ import annotations

from trainer.health import WINDOW, examine


def _rows(n: int, **columns: float) -> list[dict[str, float]]:
    return [{"loss": 1.0, "grad_norm": 1.0, **columns} for _ in range(n)]


def _names(rows: list[dict[str, float]]) -> list[str]:
    return [finding.name for finding in examine(rows)]


def test_a_healthy_run_has_no_finding() -> None:
    assert _names([]) == []
    assert _names(_rows(100)) == []
    assert _names(_rows(100, reward=0.4, alive=0.5, entropy=0.7)) == []


def test_a_loss_that_is_not_finite_is_dead() -> None:
    findings = examine([*_rows(2), {"loss": float("nan"), "grad_norm": 1.0}])
    assert [(f.level, f.name) for f in findings] == [("dead", "loss_not_finite")]


def test_no_gradient_for_a_window_is_dead() -> None:
    assert _names(_rows(WINDOW, grad_norm=0.0)) == ["no_gradient"]
    assert _names([*_rows(1), *_rows(WINDOW - 1, grad_norm=0.0)]) == []


def test_no_live_group_for_a_window_is_a_warning_not_a_death() -> None:
    rows = _rows(WINDOW, reward=0.0, alive=0.0, entropy=1.0, grad_norm=0.0)
    found = {f.name: f.level for f in examine(rows)}
    assert found["no_live_group"] == "warning"
    assert "no_gradient" not in found, "an update without a live group moves nothing, on purpose"


def test_a_loss_that_climbs_back_is_a_warning() -> None:
    rows = [*_rows(3 * WINDOW), *[{"loss": 4.0, "grad_norm": 1.0}] * WINDOW]
    assert _names(rows) == ["diverged"]


def test_a_policy_that_says_one_thing_is_a_warning() -> None:
    assert "no_entropy" in _names(_rows(WINDOW, reward=0.5, alive=0.1, entropy=0.001))
